internal import Glibc

/// Finds the addresses of host names without blocking the loop. Loop-confined.
///
/// Not by `uv_getaddrinfo`: a lookup that runs cannot be cancelled, and libuv would make both the loop's end and the end
/// of the process wait for it (`uv_loop_close`; `uv_library_shutdown` joins the thread pool), for as long as a silent
/// name server takes. Here a cancelled lookup is forgotten at once, and its thread ends by itself.
public final class NameResolver {
    /// Blocks until the addresses of a name are known; called on another thread than the loop's.
    public typealias Lookup = @Sendable (_ host: String) -> Result<[SocketAddress], UVError>

    private let loop: EventLoop
    private let lookup: Lookup

    /// Makes a resolver for the loop.
    ///
    /// - Parameter lookup: asks the system; tests answer themselves.
    public init(on loop: EventLoop, lookup: @escaping Lookup = SystemLookup.addresses(of:)) {
        self.loop = loop
        self.lookup = lookup
    }

    /// Looks a name up, each time anew. On the loop.
    ///
    /// - Parameters:
    ///   - host: a name, or a numeric address, which is answered without a lookup.
    ///   - port: goes into each address.
    ///   - onEnd: gets all addresses, at least one, in the order in which to try them (RFC 6724), or why there are none:
    ///     `EAI_NONAME` and others of libuv's, `EAGAIN` when too many lookups wait. On the loop, never before this call
    ///     has returned, and never after ``Resolving/cancel()``.
    /// - Returns: the lookup; cancel it before the loop closes.
    @discardableResult
    public func resolve(
        _ host: String,
        port: UInt16,
        onEnd: @escaping (Result<[SocketAddress], UVError>) -> Void
    ) -> Resolving {
        let resolving = Resolving(port: port, onEnd: onEnd)
        if let address = try? SocketAddress(ip: host, port: port) {
            loop.inNextDrain { resolving.end(.success([address])) }
            return resolving
        }
        let box = LoopBound(resolving, on: loop)
        let isTaken = LookupThreads.run { [loop, lookup, interest = resolving.interest] in
            // Given up while it waited for a thread: nobody is left to ask for.
            guard interest.isAlive else { return }
            let result = lookup(host)
            loop.execute { box.value.end(result) }
        }
        if !isTaken { loop.inNextDrain { resolving.end(.failure(UVError(errno: EAGAIN))) } }
        return resolving
    }
}
