import HTTP

/// Clients whose tokens die: each finds out, logs in again, and tries its new token. Loop-confined.
final class StormWorkload: Workload {
    enum Stage: Equatable {
        case logIn, logOut, storm
    }

    /// Places in the scenario's kinds.
    static let refusedCheck = 0
    static let login = 1
    static let check = 2

    /// Nanoseconds before a client tries again after an error, at first and at most: as patient apps do it.
    static let pauseMin = MonotonicClock.second / 10
    static let pauseMax = 5 * MonotonicClock.second

    /// When each client's new token was found good.
    private(set) var wellAt: [UInt64] = []
    private(set) var setUpFailure: String?

    private struct Client {
        var token: [UInt8] = []
        var openid: [UInt8] = []
        var step = StormWorkload.refusedCheck
        var tries: UInt64 = 0
    }

    private var clients: [Client]
    private let codes: DerivedCodes
    private let requests: LoginRequests
    private let session: BearerTemplate
    private let logout: BearerTemplate
    private var generator: SeededGenerator
    private var stage = Stage.logIn
    /// Clients that can go on, the last one first.
    private var ready: [Int] = []
    /// Clients that wait after an error, with the moment at which they go on; earliest last.
    private var waiting: [(moment: UInt64, client: Int)] = []
    private var underWay = 0
    private let appid: [UInt8]

    init(_ count: Int, _ codes: DerivedCodes, _ options: RunOptions, seed: UInt64) {
        clients = Array(repeating: Client(), count: count)
        self.codes = codes
        requests = LoginRequests(options)
        session = BearerTemplate(.get, "/api/v1/wx/session", of: options.site, keepsAlive: options.keepsAlive)
        logout = BearerTemplate(
            .post,
            "/api/v1/wx/logout",
            of: options.site,
            body: "{}",
            keepsAlive: options.keepsAlive
        )
        generator = SeededGenerator(seed: seed)
        appid = Array(options.appid.utf8)
    }

    func begin(_ stage: Stage) {
        self.stage = stage
        ready = Array(clients.indices.reversed())
        waiting = []
        for index in clients.indices {
            clients[index].step = Self.refusedCheck
            clients[index].tries = 0
        }
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        while let (moment, client) = waiting.last, moment <= now {
            waiting.removeLast()
            ready.append(client)
        }
        guard let client = ready.popLast() else {
            if underWay == 0, waiting.isEmpty { return .finished }
            return .later(waiting.last.map(\.moment) ?? now + MonotonicClock.second / 50)
        }
        underWay += 1
        return .request(write(client, into: &request))
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        underWay -= 1
        let verdict = stage == .storm ? judgeStorm(reply, of: ticket, at: now) : judgeSetUp(reply, of: ticket)
        switch verdict {
        case .good, .held: clients[ticket.subject].tries = 0
        case .wrong, .refused, .lost: retry(ticket.subject, at: now)
        }
        return verdict
    }

    func lost(_ ticket: Ticket, at now: UInt64) {
        underWay -= 1
        retry(ticket.subject, at: now)
    }

    /// The next step follows on the same connection, as a client's does.
    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket? {
        guard stage == .storm, clients[ticket.subject].tries == 0, ticket.kind != Self.check else { return nil }
        underWay += 1
        return write(ticket.subject, into: &request)
    }

    private func write(_ index: Int, into request: inout [UInt8]) -> Ticket {
        let client = clients[index]
        switch (stage, client.step) {
        case (.logOut, _):
            logout.append(client.token, to: &request)
            return Ticket(kind: 0, method: .post, subject: index)
        case (.logIn, _), (.storm, Self.login):
            _ = requests.append(to: &request) { code in
                codes.draw(of: index, into: &code)
                return .code(index)
            }
            return Ticket(kind: Self.login, method: .post, subject: index)
        default:
            session.append(client.token, to: &request)
            return Ticket(kind: client.step, subject: index)
        }
    }

    private func judgeStorm(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        switch ticket.kind {
        case Self.refusedCheck:
            guard reply.status == .unauthorized else {
                return reply.status == .ok ? .wrong("a dead token is accepted") : .refused(Refusal.name(of: reply))
            }
            clients[ticket.subject].step = Self.login
            return .good
        case Self.login:
            let verdict = takeLogin(reply, of: ticket.subject)
            if verdict == .good { clients[ticket.subject].step = Self.check }
            return verdict
        default:
            let verdict = TokenCheck.session.judge(reply, openid: clients[ticket.subject].openid, appid: appid)
            if verdict == .good { wellAt.append(now) }
            return verdict
        }
    }

    private func judgeSetUp(_ reply: ParsedResponse, of ticket: Ticket) -> Verdict {
        let verdict: Verdict
        if stage == .logIn {
            verdict = takeLogin(reply, of: ticket.subject)
        } else {
            verdict = reply.status.code == 204 ? .good : .refused(Refusal.name(of: reply))
        }
        if case .wrong(let text) = verdict { setUpFailure = text }
        return verdict
    }

    private func takeLogin(_ reply: ParsedResponse, of index: Int) -> Verdict {
        guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
        do throws(LoginReply.Fault) {
            let login = try LoginReply(reply.body, expecting: codes.openid(of: index))
            clients[index].token = login.token
            clients[index].openid = login.openid
            return .good
        } catch {
            return .wrong(error.text)
        }
    }

    /// Twice as long after each error, and somewhere in that time, so that clients do not come back all at once.
    private func retry(_ client: Int, at now: UInt64) {
        let tries = clients[client].tries
        clients[client].tries += 1
        /// By then nothing comes of waiting.
        let triesMax: UInt64 = 20
        if stage != .storm, tries > triesMax {
            setUpFailure = "a client got nowhere in \(triesMax) tries"
            return
        }
        let longest = min(Self.pauseMax, Self.pauseMin << min(tries, 10))
        let moment = now + longest / 2 + UInt64(Double(longest / 2) * generator.nextUnit())
        let place = waiting.firstIndex { $0.moment < moment } ?? waiting.endIndex
        waiting.insert((moment, client), at: place)
    }
}
