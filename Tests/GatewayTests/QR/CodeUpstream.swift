import HTTP
import HTTPServer
import Logging
import Synchronization
import UV

@testable import Gateway

/// A WeChat on the test's loop that hands out access_tokens and draws codes, or says what it is told to say.
final class CodeUpstream: Sendable {
    /// One answer to a call for a code.
    enum Reply: Sendable {
        case picture
        case body(String)
        case refusal(Int)
        /// The connection is closed without an answer.
        case close
    }

    private struct State {
        var tokens = 1
        var isHeld = false
        var replies: [Reply] = []
        /// After the replies; nil: a picture.
        var last: Reply?
        var linkReplies: [String] = []
        var bodies: [String] = []
        var tokensUsed: [String] = []
        var linkBodies: [String] = []
    }

    private let state = Mutex(State())

    /// The bodies of the calls for codes, in order.
    var bodies: [String] { state.withLock { $0.bodies } }
    /// The access_tokens of the calls for codes, in order.
    var tokensUsed: [String] { state.withLock { $0.tokensUsed } }
    var linkBodies: [String] { state.withLock { $0.linkBodies } }
    var calls: Int { bodies.count }

    /// Sets the next replies, in order, and the one after them for good.
    func reply(_ replies: Reply..., then last: Reply? = nil) {
        state.withLock {
            $0.replies = replies
            $0.last = last
        }
    }

    func replyToLinks(_ bodies: String...) { state.withLock { $0.linkReplies = bodies } }

    /// Lets calls for codes and links wait until `release`.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { state.withLock { $0.isHeld = false } }

    /// Somebody else refreshes the token: `tN` is dead.
    func replaceToken() { state.withLock { $0.tokens += 1 } }

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
            responder: Codes(upstream: self, loop: loop),
            limit: ConnectionLimit(maximum: 200),
            logger: logger
        )
    }

    private func answer(to request: Request) -> Reply {
        let body = String(decoding: request.body, as: UTF8.self)
        let token = String(request.query?.split(separator: "=").last ?? "")
        return state.withLock { state in
            let isAlive = token == "t\(state.tokens)"
            switch request.path {
            case "/cgi-bin/stable_token":
                return .body(#"{"access_token":"t\#(state.tokens)","expires_in":7200}"#)
            case "/cgi-bin/get_api_domain_ip":
                return isAlive ? .body(#"{"ip_list":["127.0.0.1"]}"#) : .refusal(40001)
            case "/wxa/getwxacodeunlimit":
                state.bodies.append(body)
                state.tokensUsed.append(token)
                guard isAlive else { return .refusal(40001) }
                return state.replies.isEmpty ? state.last ?? .picture : state.replies.removeFirst()
            case "/wxa/generate_urllink":
                state.linkBodies.append(body)
                let link = #"{"errcode":0,"errmsg":"ok","url_link":"https://wxaurl.cn/abc"}"#
                return .body(state.linkReplies.isEmpty ? link : state.linkReplies.removeFirst())
            default: return .refusal(40066)
            }
        }
    }

    private var isHeld: Bool { state.withLock { $0.isHeld } }

    private final class Codes: Responder {
        private let upstream: CodeUpstream
        private let loop: EventLoop

        init(upstream: CodeUpstream, loop: EventLoop) {
            self.upstream = upstream
            self.loop = loop
        }

        func respond(to request: Request, with writer: consuming ResponseWriter) async {
            let reply = upstream.answer(to: request)
            while upstream.isHeld, request.path.hasPrefix("/wxa/") {
                do { try await loop.sleep(milliseconds: 1) } catch { break }
            }
            switch reply {
            case .picture:
                writer.send(.json([0xFF, 0xD8, 0xFF, 0xE0]))
            case .body(let body): writer.send(.json(Array(body.utf8)))
            case .refusal(let errcode):
                writer.send(.json(Array(#"{"errcode":\#(errcode),"errmsg":"refused"}"#.utf8)))
            case .close: writer.reset()
            }
        }
    }
}
