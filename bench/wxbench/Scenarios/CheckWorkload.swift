import HTTP

/// Checks tokens of logged-in users, at random. Loop-confined.
final class CheckWorkload: Workload {
    private let users: [LoggedInUsers.User]
    private let check: TokenCheck
    private let kind: Int
    private let template: BearerTemplate
    private let appid: [UInt8]
    private var generator: SeededGenerator

    init(_ users: [LoggedInUsers.User], _ check: TokenCheck, kind: Int, _ options: RunOptions, seed: UInt64) {
        self.users = users
        self.check = check
        self.kind = kind
        template = check.template(options)
        appid = Array(options.appid.utf8)
        generator = SeededGenerator(seed: seed)
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        let user = generator.next(below: users.count)
        template.append(users[user].token, to: &request)
        return .request(Ticket(kind: kind, subject: user))
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        check.judge(reply, openid: users[ticket.subject].openid, appid: appid)
    }
}
