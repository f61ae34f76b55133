import HTTP

/// Logs in with one code after the other, and looks some of the tokens up. Loop-confined.
final class ExchangeWorkload: Workload {
    /// Places in the scenario's kinds.
    static let login = 0
    static let verify = 1
    /// A look-up for every so many logins: enough to notice, too few to change what is measured.
    static let verifyEvery = 100

    private let codes: any CodeSource
    private let requests: LoginRequests
    private let verification: BearerTemplate
    private var users: ReturningUsers
    private var logins = 0
    /// The login whose token is to be looked up next, with its token and its mark.
    private var awaited: [Int: Awaited] = [:]

    private struct Awaited {
        var openid: [UInt8]
        var token: [UInt8]
        var user: Int?
        var mark: Int
    }

    init(_ codes: any CodeSource, users: Int, _ options: RunOptions) {
        self.codes = codes
        self.users = ReturningUsers(count: users)
        requests = LoginRequests(options)
        verification = BearerTemplate(.get, "/api/v1/wx/session", of: options.site, keepsAlive: options.keepsAlive)
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        switch requests.append(to: &request, code: { codes.draw(into: &$0) }) {
        case .code(let number):
            var ticket = Ticket(kind: Self.login, method: .post, subject: number)
            if let user = codes.user(of: number) { ticket.mark = users.begin(user).packed }
            return .request(ticket)
        case .later: return .later(now + MonotonicClock.second / 20)
        case .finished: return .finished
        }
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        ticket.kind == Self.login ? judgeLogin(reply, of: ticket) : judgeVerification(reply, of: ticket)
    }

    func lost(_ ticket: Ticket, at now: UInt64) {
        // Nobody asks for it any more.
        if ticket.kind == Self.login { _ = codes.openid(of: ticket.subject) } else { awaited[ticket.subject] = nil }
    }

    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket? {
        guard ticket.kind == Self.login, let awaited = awaited[ticket.subject] else { return nil }
        verification.append(awaited.token, to: &request)
        return Ticket(kind: Self.verify, subject: ticket.subject)
    }

    private func judgeLogin(_ reply: ParsedResponse, of ticket: Ticket) -> Verdict {
        let openid = codes.openid(of: ticket.subject)
        guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
        let login: LoginReply
        do throws(LoginReply.Fault) {
            login = try LoginReply(reply.body, expecting: openid)
        } catch {
            return .wrong(error.text)
        }
        let user = codes.user(of: ticket.subject)
        if let user {
            let mark = ReturningUsers.Mark(packed: ticket.mark)
            guard users.finish(user, mark, isNew: login.isNew) else {
                return .wrong(
                    "is_new is \(login.isNew) for a user who \(login.isNew ? "has" : "never") logged in before"
                )
            }
        } else if codes.areUsersNew, !login.isNew {
            return .wrong("is_new is false for a user who never logged in before")
        }
        logins += 1
        if logins % Self.verifyEvery == 1 {
            awaited[ticket.subject] = Awaited(openid: login.openid, token: login.token, user: user, mark: ticket.mark)
        }
        return .good
    }

    private func judgeVerification(_ reply: ParsedResponse, of ticket: Ticket) -> Verdict {
        guard let awaited = awaited.removeValue(forKey: ticket.subject) else { return .wrong("nobody asked") }
        guard reply.status == .ok else {
            // The user's next login, on another connection, may have ended this session already.
            if reply.status == .unauthorized, Refusal.word("reason", in: reply.body) == "replaced",
                let user = awaited.user,
                users.isSuperseded(user, ReturningUsers.Mark(packed: awaited.mark))
            {
                return .good
            }
            if reply.status == .unauthorized { return .wrong("a new token is refused: \(Refusal.name(of: reply))") }
            return .refused(Refusal.name(of: reply))
        }
        return ReplyMembers.has("openid", awaited.openid, in: reply.body)
            ? .good : .wrong("the session is another user's")
    }
}
