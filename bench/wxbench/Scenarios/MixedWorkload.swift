import HTTP

/// Does what users do all day, each one thing at a time. Loop-confined.
final class MixedWorkload: Workload {
    enum Kind: String, CaseIterable {
        case login, check
        case authCheck = "auth-check"
        case refresh
        case ticket = "qr ticket"
        case scan = "qr scan"
        case confirm = "qr confirm"
        case claim = "qr claim"
    }

    private var users: [LoggedInUsers.User]
    /// Where the codes have each of them.
    private let places: [Int]
    /// A user whose token is about to change, or who logs in on the web, does nothing else meanwhile.
    private var busy: [Int]
    private var webLogins: [Int: (ticket: QRTicket, nonce: String)] = [:]
    private let codes: DerivedCodes
    private let shares: MixedShares
    private let options: RunOptions
    private let requests: LoginRequests
    private let check: BearerTemplate
    private let auth: BearerTemplate
    private let refresh: BearerTemplate
    private let appid: [UInt8]
    private var generator: SeededGenerator

    /// Marks a user whose token is changing; others count the requests that are under way.
    private static let exclusive = -1

    init(
        _ users: [LoggedInUsers.User],
        _ codes: DerivedCodes,
        _ shares: MixedShares,
        _ options: RunOptions,
        seed: UInt64
    ) {
        // Logins end in any order; the codes know a user by the place at which he began.
        var order: [[UInt8]: Int] = [:]
        for place in users.indices { if let openid = codes.openid(of: place) { order[openid] = place } }
        self.users = users
        places = users.map { order[$0.openid] ?? 0 }
        busy = Array(repeating: 0, count: users.count)
        self.codes = codes
        self.shares = shares
        self.options = options
        requests = LoginRequests(options)
        check = TokenCheck.session.template(options)
        auth = TokenCheck.authCheck.template(options)
        refresh = BearerTemplate(
            .post,
            "/api/v1/wx/session/refresh",
            of: options.site,
            body: "{}",
            keepsAlive: options.keepsAlive
        )
        appid = Array(options.appid.utf8)
        generator = SeededGenerator(seed: seed)
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        let act = shares.act(generator.next(below: 100))
        guard let user = choose(changing: act == .login || act == .refresh || act == .qr) else {
            return .later(now + MonotonicClock.second / 100)
        }
        switch act {
        case .login:
            _ = requests.append(to: &request) { code in
                codes.draw(of: places[user], into: &code)
                return .code(user)
            }
            return .request(ticket(.login, user, .post))
        case .check:
            check.append(users[user].token, to: &request)
            return .request(ticket(.check, user))
        case .auth:
            auth.append(users[user].token, to: &request)
            return .request(ticket(.authCheck, user))
        case .refresh:
            refresh.append(users[user].token, to: &request)
            return .request(ticket(.refresh, user, .post))
        case .qr:
            RequestTemplate(.post, "/api/v1/qr", of: options.site, body: true)
                .append(Array("{\"appid\":\"\(options.appid)\"}".utf8), to: &request)
            return .request(ticket(.ticket, user, .post))
        }
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        let kind = Kind.allCases[ticket.kind]
        let verdict = judge(reply, kind, ticket.subject, now)
        if verdict != .good || !continues(kind) { release(ticket.subject) }
        if verdict != .good { webLogins[ticket.subject] = nil }
        return verdict
    }

    func lost(_ ticket: Ticket, at now: UInt64) {
        webLogins[ticket.subject] = nil
        release(ticket.subject)
    }

    /// A web login goes on with its next step.
    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket? {
        let user = ticket.subject
        guard let login = webLogins[user] else { return nil }
        switch Kind.allCases[ticket.kind] {
        case .ticket:
            post("/api/v1/qr/scan", "{\"scene\":\"\(login.ticket.scene)\",\"launch_scene\":1047}", user, &request)
            return self.ticket(.scan, user, .post)
        case .scan:
            post(
                "/api/v1/qr/confirm",
                "{\"scene\":\"\(login.ticket.scene)\",\"nonce\":\"\(login.nonce)\"}",
                user,
                &request
            )
            return self.ticket(.confirm, user, .post)
        case .confirm:
            request.append(contentsOf: login.ticket.poll(options.site, seen: "scanned", waitSeconds: 5))
            return self.ticket(.claim, user)
        default:
            return nil
        }
    }

    private func judge(_ reply: ParsedResponse, _ kind: Kind, _ user: Int, _ now: UInt64) -> Verdict {
        switch kind {
        case .check: return TokenCheck.session.judge(reply, openid: users[user].openid, appid: appid)
        case .authCheck: return TokenCheck.authCheck.judge(reply, openid: users[user].openid, appid: appid)
        case .login, .refresh:
            guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
            do throws(LoginReply.Fault) {
                users[user].token = try LoginReply(reply.body, expecting: users[user].openid).token
                return .good
            } catch {
                return .wrong(error.text)
            }
        case .ticket:
            guard reply.status.code == 201 else { return .refused(Refusal.name(of: reply)) }
            guard let ticket = QRTicket(reply.body, at: now) else { return .wrong("a ticket of another form") }
            webLogins[user] = (ticket, "")
            return .good
        case .scan:
            guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
            guard let nonce = ReplyMembers.text("nonce", in: reply.body) else { return .wrong("a scan without nonce") }
            webLogins[user]?.nonce = nonce
            return .good
        case .confirm: return reply.status == .ok ? .good : .refused(Refusal.name(of: reply))
        case .claim:
            webLogins[user] = nil
            guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
            return WakePair.judge(reply.body, openid: users[user].openid)
        }
    }

    private func continues(_ kind: Kind) -> Bool { kind == .ticket || kind == .scan || kind == .confirm }

    private func ticket(_ kind: Kind, _ user: Int, _ method: HTTP.Method = .get) -> Ticket {
        Ticket(kind: Kind.allCases.firstIndex(of: kind) ?? 0, method: method, subject: user)
    }

    private func post(_ target: String, _ json: String, _ user: Int, _ request: inout [UInt8]) {
        BearerTemplate(.post, target, of: options.site, body: json).append(users[user].token, to: &request)
    }

    /// A user who may do it now; nil when some tries found none.
    private func choose(changing: Bool) -> Int? {
        /// With few users most may be busy; then a little later is soon enough.
        let triesMax = 20
        for _ in 0..<triesMax {
            let user = generator.next(below: users.count)
            if changing, busy[user] == 0 {
                busy[user] = Self.exclusive
                return user
            }
            if !changing, busy[user] >= 0 {
                busy[user] += 1
                return user
            }
        }
        return nil
    }

    private func release(_ user: Int) { busy[user] = busy[user] == Self.exclusive ? 0 : max(0, busy[user] - 1) }
}
