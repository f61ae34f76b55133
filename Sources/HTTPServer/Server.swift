internal import Glibc
internal import HTTP
public import Logging
public import UV

/// One loop's listener and its connections.
///
/// Loop-confined. ``start()``, then ``drain(timeoutMilliseconds:)`` or ``close()``.
public final class Server {
    let configuration: ServerConfiguration
    let loop: EventLoop
    let wheel: TimerWheel
    let responder: any Responder
    let logger: Logger
    private var requestIDs = RequestIDs()

    private let limit: ConnectionLimit
    private var listener: TCPListener?
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var refused: [ObjectIdentifier: Connection] = [:]
    private var date = DateField()
    /// The loop's time at which ``date`` was last looked at.
    private var dateTime: UInt64?
    /// One buffer for all replies of the loop: a write is over, or copied, before the next one begins.
    private let output = OutputBuffer(capacity: 16_384)
    /// A parser between two messages, for whichever connection's bytes come next.
    private var spareReception: Reception?
    private var allClosed: Completion<Void>?

    /// Refused connections that are told so at a time; more are closed without a word.
    private static let refusedMax = 64

    /// Makes a server that does not listen yet.
    ///
    /// - Parameter limit: shared by the listeners of all loops.
    public init(
        on loop: EventLoop,
        configuration: ServerConfiguration,
        responder: any Responder,
        limit: ConnectionLimit,
        logger: Logger
    ) {
        self.loop = loop
        wheel = loop.wheel
        self.configuration = configuration
        self.responder = responder
        self.limit = limit
        self.logger = logger
    }

    /// Listens and accepts from the loop's next turn on.
    ///
    /// - Returns: the port, which matters when the configuration says 0.
    /// - Throws: libuv's status when the address cannot be bound.
    @discardableResult
    public func start() throws(UVError) -> UInt16 {
        let listener = try TCPListener(
            on: loop,
            host: configuration.host,
            port: configuration.port,
            backlog: configuration.backlog
        ) { [unowned self] in accept($0) }
        self.listener = listener
        return listener.port
    }

    /// Stops accepting, closes idle connections, waits for running requests, and closes what is left after the time.
    public func drain(timeoutMilliseconds: UInt64) async {
        listener.take()?.close()
        for connection in Array(connections.values) { connection.drain() }
        if !connections.isEmpty {
            let closed = Completion<Void>(on: loop)
            allClosed = closed
            let timer = Timer(on: loop) { closed.finish(()) }
            timer.start(afterMilliseconds: timeoutMilliseconds)
            await closed.value()
            timer.close()
        }
        close()
    }

    /// Stops accepting and closes every connection at once; what handlers wait for is cancelled.
    public func close() {
        listener.take()?.close()
        for connection in Array(connections.values) + Array(refused.values) { connection.abort() }
    }

    private func accept(_ tcp: TCPConnection) {
        guard limit.enter() else { return refuse(tcp) }
        let connection = Connection(tcp, server: self)
        connections[ObjectIdentifier(connection)] = connection
        connection.start()
    }

    /// Starts the task that serves the requests of a connection, which owns it.
    func task(serving connection: Connection) -> Task<Void, Never> {
        let serving = LoopBound(connection, on: loop)
        let actor = loop.actor
        return Task(name: "connection", executorPreference: loop) {
            await Server.serve(serving, isolation: actor)
        }
    }

    /// The one task of a connection; isolated to the loop's actor, and so are all handlers it calls.
    private static func serve(_ connection: LoopBound<Connection>, isolation: isolated LoopActor) async {
        await connection.value.serve()
    }

    /// A parser at the beginning of a message. Most requests arrive whole, so that one after the other is read by the same.
    func reception() -> Reception {
        guard let spare = spareReception else { return Reception(limits: configuration.limits) }
        spareReception = nil
        return spare
    }

    /// Names a request.
    func requestID(for headers: Headers?) -> RequestID {
        var ids = requestIDs
        let id = ids.id(for: headers)
        requestIDs = ids
        return id
    }

    /// Takes a parser back that stands between two messages.
    func giveBack(_ reception: Reception) {
        spareReception = reception
    }

    private func refuse(_ tcp: TCPConnection) {
        guard refused.count < Server.refusedMax else { return tcp.close() }
        let connection = Connection(tcp, server: self)
        refused[ObjectIdentifier(connection)] = connection
        connection.refuse(.overloaded("The gateway has as many connections as it takes."))
    }

    func closed(_ connection: Connection) {
        let id = ObjectIdentifier(connection)
        if connections.removeValue(forKey: id) != nil {
            limit.leave()
        } else {
            refused.removeValue(forKey: id)
        }
        if connections.isEmpty { allClosed?.finish(()) }
    }

    func send(
        _ response: Response,
        persistence: ResponseEncoder.Persistence,
        omitsBody: Bool,
        on tcp: TCPConnection
    ) -> TCPConnection.WriteOutcome {
        output.removeAll()
        ResponseEncoder.encode(
            response.status,
            headers: response.addedFields,
            body: response.body,
            persistence: persistence,
            omitsBody: omitsBody,
            preparedFields: { appendPrepared(of: response, to: $0) },
            into: output
        )
        return unsafe output.withUnsafeBytes { unsafe tcp.write($0) }
    }

    /// Sends the head of a stream; its parts follow.
    func sendStreamHead(
        _ response: Response,
        persistence: ResponseEncoder.Persistence,
        isChunked: Bool,
        on tcp: TCPConnection
    ) -> TCPConnection.WriteOutcome {
        output.removeAll()
        ResponseEncoder.encodeStreamHead(
            response.status,
            headers: response.addedFields,
            persistence: persistence,
            isChunked: isChunked,
            preparedFields: { appendPrepared(of: response, to: $0) },
            into: output
        )
        return unsafe output.withUnsafeBytes { unsafe tcp.write($0) }
    }

    private func appendPrepared(of response: Response, to output: OutputBuffer) {
        refreshDate()
        output.append(date.line)
        output.append(literal: response.preset.lines)
        if response.preset == .lines { output.append(response.preparedLines) }
        response.requestID?.appendField(to: output)
    }

    /// Looks at the clock once a turn of the loop.
    private func refreshDate() {
        let turn = loop.now
        guard turn != dateTime else { return }
        dateTime = turn
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
        var current = date
        current.advance(to: Int64(now.tv_sec))
        date = current
    }
}
