import HTTP
import HTTPServer
import Logging
import Synchronization
import TestSupport
import UV

/// A backend, or a gateway that is told what to say: remembers what reached it.
final class ForwardAuthServer: Sendable {
    /// One request as it arrived.
    struct Seen: Sendable {
        let method: String
        let target: String
        let fields: [(name: String, value: String)]
        let body: [UInt8]
        /// The other end of the connection.
        let peerPort: UInt16

        /// The values of all fields that a program may take for this one: many know neither case nor underscores.
        func values(like name: String) -> [String] {
            fields.filter { Seen.plain($0.name) == Seen.plain(name) }.map(\.value)
        }

        /// A field that occurs once, or nil.
        subscript(_ name: String) -> String? {
            let found = fields.filter { $0.name.lowercased() == name.lowercased() }
            return found.count == 1 ? found[0].value : nil
        }

        private static func plain(_ name: String) -> String {
            String(name.lowercased().map { $0 == "_" ? "-" : $0 })
        }
    }

    /// Shared by the loop that writes and the test that reads.
    private final class Arrivals: Sendable {
        let all = Mutex<[Seen]>([])
    }

    private final class Recorder: Responder {
        let arrivals: Arrivals
        let answer: @Sendable (Request) -> Response

        init(_ arrivals: Arrivals, _ answer: @escaping @Sendable (Request) -> Response) {
            self.arrivals = arrivals
            self.answer = answer
        }

        func respond(to request: Request, with writer: consuming ResponseWriter) async {
            var fields: [(name: String, value: String)] = []
            request.headers.forEach { fields.append(($0, $1)) }
            let seen = Seen(
                method: request.method.rawValue,
                target: request.head.target,
                fields: fields,
                body: request.body,
                peerPort: request.peer.port
            )
            arrivals.all.withLock { $0.append(seen) }
            writer.send(answer(request))
        }
    }

    let port: UInt16
    private let thread: EventLoopThread
    private let server: LoopBound<Server>
    private let arrivals: Arrivals

    /// Starts to listen on a loop of its own.
    init(_ answer: @escaping @Sendable (Request) -> Response) async throws {
        let thread = try EventLoopThread(name: "forward-auth")
        let arrivals = Arrivals()
        (server, port) = try await thread.actor.run { actor in
            var configuration = ServerConfiguration()
            configuration.limits.bodyBytesMax = 8 << 20
            let server = Server(
                on: actor.loop,
                configuration: configuration,
                responder: Recorder(arrivals, answer),
                limit: ConnectionLimit(maximum: 1_000),
                logger: HarnessOptions.quietLogger
            )
            let port = try server.start()
            return (LoopBound(server, on: actor.loop), port)
        }
        self.thread = thread
        self.arrivals = arrivals
    }

    /// Everything that has arrived.
    var seen: [Seen] { arrivals.all.withLock { $0 } }

    /// Ends it; what was never closed.
    func stop() async -> [String] {
        let server = server
        await thread.actor.run { _ in server.value.close() }
        return await joined(thread)
    }
}
