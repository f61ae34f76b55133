import HTTP
import WeChatSimulator

/// Asks the peer for what the gateway's work is compared with. Loop-confined.
final class PeerWorkload: Workload {
    /// What the peer is asked for.
    enum Work {
        /// The call of WeChat that a login makes, with a code of this source; the reply must name an openid.
        case exchange(any CodeSource)
        /// The path itself; the reply must be a 200.
        case get
    }

    private let work: Work
    private let kind: Int
    /// The request up to the code, and what follows it.
    private let head: [UInt8]
    private let tail: [UInt8]

    /// Stands where the code will.
    private static let placeholder = "js_code="

    init(_ work: Work, kind: Int, _ url: PeerURL, _ options: RunOptions) {
        self.work = work
        self.kind = kind
        let target =
            switch work {
            case .exchange:
                url.path + "/sns/jscode2session?appid=\(options.appid)&secret=\(DefaultApp.secret)"
                    + "&\(Self.placeholder)&grant_type=authorization_code"
            case .get: url.path.isEmpty ? "/" : url.path
            }
        let bytes = RequestTemplate(.get, target, of: url.site, keepsAlive: options.keepsAlive).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        if case .exchange = work, let place = text.firstRange(of: Self.placeholder) {
            head = Array(text[..<place.upperBound].utf8)
            tail = Array(text[place.upperBound...].utf8)
        } else {
            head = bytes
            tail = []
        }
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        request.append(contentsOf: head)
        if case .exchange(let codes) = work {
            guard case .code = codes.draw(into: &request) else { return .finished }
        }
        request.append(contentsOf: tail)
        return .request(Ticket(kind: kind))
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
        if case .exchange = work, ReplyMembers.find("openid", in: reply.body)?.isEmpty ?? true {
            return .wrong("no openid from the peer")
        }
        return .good
    }
}
