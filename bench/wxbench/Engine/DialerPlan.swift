import OpenSSL
import UV

/// How target and simulator are reached, found out once.
struct DialerPlan: Sendable {
    var target: Destination
    var simulator: Destination?
    var peer: Destination?

    /// One server's address and how to speak to it.
    struct Destination: Sendable {
        var site: TargetURL
        var address: SocketAddress
        var sources: [SocketAddress] = []
        var caFile: String?

        /// Connects from this loop.
        func dialer(on loop: EventLoop) throws(BenchError) -> any Dialer {
            if site.isSecure {
                do throws(OpenSSLError) {
                    return try TLSDialer(to: address, host: site.host, caFile: caFile, from: sources, on: loop)
                } catch {
                    throw .file("cannot use \(caFile ?? "the system's certificates"): \(error)")
                }
            }
            return PlainDialer(to: address, from: sources, on: loop)
        }

        /// Looks the name up. On the loop.
        static func find(_ site: TargetURL, on loop: EventLoop) async throws(BenchError) -> Destination {
            let found = Completion<Result<[SocketAddress], UVError>>(on: loop)
            let resolving = NameResolver(on: loop).resolve(site.host, port: site.port) { found.finish($0) }
            switch await found.value(onCancel: { resolving.cancel() }) {
            case .success(let addresses):
                guard let first = addresses.first else { throw .unreachable("\(site.host) has no address") }
                return Destination(site: site, address: first)
            case .failure(let error): throw .unreachable("cannot find \(site.host): \(error)")
            case nil: throw .unreachable("cancelled")
            }
        }
    }
}
