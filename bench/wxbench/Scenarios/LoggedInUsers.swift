import HTTP
import UV

/// Users with a session each, made before the load. Loop-confined.
final class LoggedInUsers {
    /// One user's session.
    struct User {
        var openid: [UInt8]
        var token: [UInt8]
    }

    /// At once; more would not be faster on a loop or two.
    static let connectionsMax = 32
    /// So many of the logins may fail and be repeated with another code, and ten more.
    static let failuresShare = 0.05

    private(set) var users: [User] = []
    private let codes: any CodeSource
    private let context: PartContext
    private let count: Int

    /// - Parameter count: how many; with codes of a file at most as many as it holds.
    init(_ count: Int, _ codes: any CodeSource, _ context: PartContext) {
        self.count = count
        self.codes = codes
        self.context = context
    }

    /// Logs all of them in.
    func logIn() async throws(BenchError) {
        try await codes.setUp()
        defer { codes.tearDown() }
        let workload = LogIn(count, codes, context.options)
        var plan = StreamPlan(connections: min(count, Self.connectionsMax), timeout: context.options.timeout)
        plan.keepsAlive = context.options.keepsAlive
        let recorder = Recorder(kinds: [KindOfRequest(name: "login")])
        let stream = LoadStream(workload, plan, dialer: context.dialer, recorder: recorder, on: context.loop)
        try await stream.runToEnd(on: context.loop)
        users = workload.users
        if let failure = workload.failure { throw .setUp("only \(users.count) of \(count) users got in: \(failure)") }
        if users.isEmpty { throw .setUp("nobody is logged in") }
    }

    /// What is prepared is not counted, but must succeed.
    private final class LogIn: Workload {
        var users: [User] = []
        var failure: String?

        private let count: Int
        private let codes: any CodeSource
        private let requests: LoginRequests
        private var underWay = 0
        private var failures = 0

        init(_ count: Int, _ codes: any CodeSource, _ options: RunOptions) {
            self.count = count
            self.codes = codes
            requests = LoginRequests(options)
            users.reserveCapacity(count)
        }

        func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
            guard failure == nil, users.count < count else { return .finished }
            guard users.count + underWay < count else { return .later(now + MonotonicClock.second / 20) }
            switch requests.append(to: &request, code: { codes.draw(into: &$0) }) {
            case .code(let number):
                underWay += 1
                return .request(Ticket(kind: 0, method: .post, subject: number))
            case .later: return .later(now + MonotonicClock.second / 20)
            case .finished: return underWay > 0 ? .later(now + MonotonicClock.second / 20) : .finished
            }
        }

        func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
            underWay -= 1
            let openid = codes.openid(of: ticket.subject)
            guard reply.status == .ok else {
                fail(Refusal.name(of: reply))
                return .good
            }
            do throws(LoginReply.Fault) {
                let login = try LoginReply(reply.body, expecting: openid)
                users.append(User(openid: login.openid, token: login.token))
            } catch {
                failure = error.text
            }
            return .good
        }

        func lost(_ ticket: Ticket, at now: UInt64) {
            underWay -= 1
            fail("no reply")
        }

        private func fail(_ text: String) {
            failures += 1
            if Double(failures) > Double(count) * LoggedInUsers.failuresShare + 10 { failure = text }
        }
    }
}

extension LoadStream {
    /// Runs from now until the workload has nothing more to do.
    func runToEnd(on loop: EventLoop) async throws(BenchError) {
        let ended = Completion<Void>(on: loop)
        onEnd = { ended.finish(()) }
        do throws(UVError) { try run(from: MonotonicClock.now()) } catch {
            throw .system("no timer: \(error)")
        }
        await ended.value()
    }
}
