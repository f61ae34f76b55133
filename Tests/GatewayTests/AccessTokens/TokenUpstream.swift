import HTTP
import HTTPServer
import Logging
import Synchronization
import UV

/// A WeChat on the test's loop with the access_tokens of one app, `t1`, `t2` and so on, or what it is told to say.
final class TokenUpstream: Sendable {
    private struct State {
        var current = 0
        /// Dead though WeChat goes on handing it out.
        var isCurrentDead = false
        var expiresIn = 7200
        var isHeld = false
        var replies: [String] = []
        var proofReplies: [String] = []
        var asked: [String] = []
    }

    private let state = Mutex(State())

    /// What was asked, in order: `stable`, `forced`, `token` or `proof tN`.
    var asked: [String] { state.withLock { $0.asked } }

    /// How often a token was asked for.
    var fetches: Int { asked.count { !$0.hasPrefix("proof") } }

    var isHeld: Bool { state.withLock { $0.isHeld } }

    /// Sets the next replies of the token endpoints, in order; after them tokens come by the rules.
    func reply(_ bodies: String...) { state.withLock { $0.replies = bodies } }

    /// Sets the next replies to proofs, in order.
    func replyToProofs(_ bodies: String...) { state.withLock { $0.proofReplies = bodies } }

    /// Lets requests wait until `release`.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { state.withLock { $0.isHeld = false } }

    /// From now on tokens live so long.
    func setExpiresIn(_ seconds: Int) { state.withLock { $0.expiresIn = seconds } }

    /// Somebody else refreshes it by force: there is another one now.
    func replace() { state.withLock { $0.current += 1 } }

    /// WeChat refuses it in calls and hands it out still.
    func kill() { state.withLock { $0.isCurrentDead = true } }

    static func token(_ text: String, expiresIn: Int = 7200) -> String {
        #"{"access_token":"\#(text)","expires_in":\#(expiresIn)}"#
    }

    static func refusal(_ errcode: Int) -> String { #"{"errcode":\#(errcode),"errmsg":"refused"}"# }

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

    private func answer(to request: Request) -> String {
        let isForced = String(decoding: request.body, as: UTF8.self).contains(#""force_refresh":true"#)
        return state.withLock { state in
            switch request.path {
            case "/cgi-bin/stable_token":
                state.asked.append(isForced ? "forced" : "stable")
                if !state.replies.isEmpty { return state.replies.removeFirst() }
                if isForced || state.current == 0 { Self.renew(&state) }
            case "/cgi-bin/token":
                state.asked.append("token")
                if !state.replies.isEmpty { return state.replies.removeFirst() }
                Self.renew(&state)
            case "/cgi-bin/get_api_domain_ip":
                let token = request.query?.split(separator: "=").last ?? ""
                state.asked.append("proof \(token)")
                if !state.proofReplies.isEmpty { return state.proofReplies.removeFirst() }
                let isAlive = token == "t\(state.current)" && !state.isCurrentDead
                return isAlive ? #"{"ip_list":["127.0.0.1"]}"# : Self.refusal(40001)
            default:
                return Self.refusal(40066)
            }
            return Self.token("t\(state.current)", expiresIn: state.expiresIn)
        }
    }

    private static func renew(_ state: inout State) {
        state.current += 1
        state.isCurrentDead = false
    }

    private final class Tokens: Responder {
        private let upstream: TokenUpstream
        private let loop: EventLoop

        init(upstream: TokenUpstream, loop: EventLoop) {
            self.upstream = upstream
            self.loop = loop
        }

        func respond(to request: Request, with writer: consuming ResponseWriter) async {
            let body = upstream.answer(to: request)
            while upstream.isHeld {
                do { try await loop.sleep(milliseconds: 1) } catch { break }
            }
            writer.send(.json(Array(body.utf8)))
        }
    }
}
