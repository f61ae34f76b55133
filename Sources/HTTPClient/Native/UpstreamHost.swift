internal import HTTP
internal import OpenSSL
internal import UV

/// What a client keeps of one server beside its connections. Loop-confined.
final class UpstreamHost {
    let origin: ClientOrigin
    let endpoint: ClientOrigin.Endpoint
    /// What stands behind the target of each request: version, Host and the client's own fields.
    let preparedFields: [UInt8]
    /// Connections that are open or on their way.
    var connectionCount = 0
    /// What lets the next handshake be a short one.
    var ticket: TLSTicket?
    private let resolver: NameResolver
    private let book = AddressBook<SocketAddress>()
    private var resolving: Resolving?
    private var seekers: [UpstreamConnection] = []
    /// Told when the addresses are others than before.
    private let onChange: (UpstreamHost) -> Void

    init?(
        _ origin: ClientOrigin,
        configuration: ClientConfiguration,
        resolver: NameResolver,
        onChange: @escaping (UpstreamHost) -> Void
    ) {
        guard let endpoint = origin.endpoint else { return nil }
        var headers: [(String, String)] = []
        if let userAgent = configuration.userAgent { headers.append(("User-Agent", userAgent)) }
        // As libcurl says it: a front that expects what all clients send is not put off.
        headers.append(("Accept", "*/*"))
        guard let fields = try? RequestEncoder.preparedFields(host: endpoint.hostField, headers: headers) else {
            return nil
        }
        self.origin = origin
        self.endpoint = endpoint
        self.resolver = resolver
        self.onChange = onChange
        preparedFields = fields
    }

    /// Whether nobody needs it.
    var isUnused: Bool { connectionCount == 0 && resolving == nil }

    /// Tells a new connection the addresses, now or when they are known; none when nobody knows them.
    func findAddresses(for connection: UpstreamConnection, now: UInt64) {
        switch book.look(now: now) {
        case .known(let addresses): connection.resolved(addresses)
        case .wait: seekers.append(connection)
        case .ask:
            seekers.append(connection)
            ask()
        }
    }

    /// Finds out whether the addresses are still the same, when it is time to.
    func recheckAddresses(now: UInt64) {
        if book.recheck(now: now) { ask() }
    }

    /// Whether the address was the host's when last asked.
    func has(_ address: SocketAddress) -> Bool { book.contains(address) }

    /// A connection does not wait any more.
    func forget(_ connection: UpstreamConnection) { seekers.removeAll { $0 === connection } }

    /// Stops asking.
    func close() {
        resolving?.cancel()
        resolving = nil
        seekers.removeAll()
    }

    private func ask() {
        resolving = resolver.resolve(endpoint.host, port: endpoint.port) { [unowned self] in answer($0) }
    }

    private func answer(_ result: Result<[SocketAddress], UVError>) {
        resolving = nil
        let hasChanged = book.answered((try? result.get()) ?? [])
        if hasChanged { onChange(self) }
        let addresses = book.addresses
        // Moved aside, since a connection that fails may make others.
        let told = seekers
        seekers = []
        for connection in told { connection.resolved(addresses) }
    }
}
