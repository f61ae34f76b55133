import HTTP
import HTTPServer
import Logging
import Synchronization
import UV

/// A WeChat on the test's loop that hands out tokens `t1`, `t2` and so on, or what it is told to.
final class TokenUpstream: Sendable {
    private struct State {
        var fetches = 0
        var replies: [String] = []
        var delayMilliseconds: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How often a token was asked for.
    var fetches: Int { state.withLock { $0.fetches } }

    /// Sets the next replies, in order; after them tokens are numbered.
    func reply(_ bodies: String...) { state.withLock { $0.replies = bodies } }

    func delay(milliseconds: UInt64) { state.withLock { $0.delayMilliseconds = milliseconds } }

    static func token(_ text: String, expiresIn: Int = 7200) -> String {
        #"{"access_token":"\#(text)","expires_in":\#(expiresIn)}"#
    }

    /// Listens; on the loop.
    func server(on loop: EventLoop) -> Server {
        var configuration = ServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Server(
            on: loop,
            configuration: configuration,
            responder: Tokens(upstream: self, loop: loop),
            limit: ConnectionLimit(maximum: 100),
            logger: logger
        )
    }

    private func next() -> (body: String, delay: UInt64) {
        state.withLock { state in
            state.fetches += 1
            let body = state.replies.isEmpty ? Self.token("t\(state.fetches)") : state.replies.removeFirst()
            return (body, state.delayMilliseconds)
        }
    }

    private final class Tokens: Responder {
        private let upstream: TokenUpstream
        private let loop: EventLoop

        init(upstream: TokenUpstream, loop: EventLoop) {
            self.upstream = upstream
            self.loop = loop
        }

        func respond(to request: Request, with writer: consuming ResponseWriter) async {
            let (body, delay) = upstream.next()
            if delay > 0 { try? await loop.sleep(milliseconds: delay) }
            writer.send(.json(Array(body.utf8)))
        }
    }
}
