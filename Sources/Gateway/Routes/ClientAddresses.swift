internal import HTTP
internal import HTTPServer
internal import Logging
internal import Synchronization
internal import UV

/// Finds the client behind trusted proxies (contract section 7, WXGATE_TRUSTED_PROXIES). Any thread.
final class ClientAddresses: Sendable {
    private let trusted: [AddressRange]
    private let logger: Logger
    private let hasWarned = Atomic(false)

    init(trusted: [AddressRange], logger: Logger) {
        self.trusted = trusted
        self.logger = logger
    }

    /// The address by which clients are told apart, or nil when none can be believed.
    ///
    /// With a header from a trusted proxy: the rightmost address that is not a trusted proxy. A header from anyone else
    /// means a proxy that nobody told us about: then all clients may share its address, so equality says nothing.
    func address(of request: Request) -> String? {
        guard request.headers.contains("x-forwarded-for") else {
            return isFromTrustedProxy(request) ? nil : request.peer.ip
        }
        guard isFromTrustedProxy(request) else {
            warnOnce()
            return nil
        }
        let forwarded = request.headers.all("x-forwarded-for")
        let hops = forwarded.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false)
        for hop in hops.reversed() {
            guard let address = AddressRange.Address(String(hop.trimmingOptionalWhitespace())) else { return nil }
            if !trusted.contains(where: { $0.contains(address) }) { return "\(address)" }
        }
        return nil
    }

    /// By what limits count the client: the address that can be believed, else the peer's.
    ///
    /// A limit compares no two clients, it only has to hold; so a header from anyone else gains nothing, and clients behind
    /// a proxy that nobody told us about share one limit.
    func limitKey(of request: Request) -> AddressKey {
        AddressKey(address(of: request) ?? request.peer.ip)
    }

    /// Whether the other end of the connection is a proxy whose header fields count.
    func isFromTrustedProxy(_ request: Request) -> Bool {
        !trusted.isEmpty && trusted.contains { $0.contains(request.peer.ip) }
    }

    private func warnOnce() {
        if hasWarned.exchange(true, ordering: .relaxed) { return }
        logger.warning(
            "X-Forwarded-For from an address that is not in WXGATE_TRUSTED_PROXIES; clients cannot be told apart by address"
        )
    }
}
