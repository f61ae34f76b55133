import Dispatch
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What was acknowledged is kept, however the process ends.
    @Suite struct DurabilityTests {
        @Test(.timeLimit(.minutes(3)))
        func `killed in the middle of thousands of logins, it restarts with all that was acknowledged`() async throws {
            let (simulator, service, weChatPort) = try await startSimulator()
            let directory = try WorkingDirectory()
            // A pipe that nobody reads while the clients run.
            let quiet = ["WXGATE_LOG_LEVEL": "notice"]
            let first = try GatewayProcess(in: directory, quiet, weChatPort: weChatPort)
            let clients = (0..<LoadClient.count).map { LoadClient($0, port: first.port, simulator: simulator) }
            await runAll(clients) {
                // In the middle: all clients are at it, and far from through. A gateway that fails them ends the wait too.
                while clients.reduce(0, { $0 + $1.acknowledged }) < LoadClient.killAfter,
                    !clients.allSatisfy({ $0.hasEnded })
                { usleep(1_000) }
                first.command.signal(SIGKILL)
            }
            #expect(first.command.finish().status == -SIGKILL)
            #expect(clients.allSatisfy { $0.wasCutOff })

            let second = try GatewayProcess(in: directory, quiet, weChatPort: weChatPort)
            for client in clients { try client.check(port: second.port) }
            let checked = clients.reduce(into: LoadClient.Checked()) { $0.add($1.checked) }
            #expect(checked.live > 300 && checked.loggedOut > 50 && checked.replaced > 50 && checked.profiles > 50)
            second.command.endInOrder()
            await service.drain(timeoutMilliseconds: 100)
            _ = await offPool { service.join() }
        }

        private func startSimulator() async throws -> (Simulator, SimulatorService, UInt16) {
            let simulator = Simulator(SimulatorConfiguration())
            var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
            app.loginsPerUserMinuteMax = 1_000_000
            try simulator.putApp(app)
            let service = try SimulatorService(simulator, logger: HarnessOptions.quietLogger)
            return (simulator, service, try await service.start())
        }

        /// Runs the clients each on a thread of its own, and something beside them on another.
        private func runAll(_ clients: [LoadClient], beside: @escaping @Sendable () -> Void) async {
            await withCheckedContinuation { done in
                let group = DispatchGroup()
                let bodies = clients.map { client -> @Sendable () -> Void in { client.run() } } + [beside]
                for body in bodies {
                    group.enter()
                    Foundation.Thread.detachNewThread {
                        body()
                        group.leave()
                    }
                }
                group.notify(queue: .global()) { done.resume() }
            }
        }
    }
}

/// A client that logs its own users in and out, refreshes and saves profiles, as fast as replies come, and remembers what
/// was acknowledged. One thread at a time, but for the counter.
private final class LoadClient: @unchecked Sendable {
    static let count = 16
    static let killAfter = 4_000
    private static let usersEach = 60

    struct Checked {
        var (live, loggedOut, replaced, profiles) = (0, 0, 0, 0)

        mutating func add(_ other: Checked) {
            live += other.live
            loggedOut += other.loggedOut
            replaced += other.replaced
            profiles += other.profiles
        }
    }

    private struct Known {
        var live: String?
        var loggedOut: String?
        var replaced: String?
        var nickName: String?
        /// The request that got no reply may have been carried out or not.
        var isUncertain = false
    }

    private let number: Int
    private let port: UInt16
    private let simulator: Simulator
    private var users: [Known] = Array(repeating: Known(), count: LoadClient.usersEach)
    private let acknowledgements = Atomic<Int>(0)
    private let isOver = Atomic(false)
    private(set) var wasCutOff = false
    private(set) var checked = Checked()

    init(_ number: Int, port: UInt16, simulator: Simulator) {
        self.number = number
        self.port = port
        self.simulator = simulator
    }

    var acknowledged: Int { acknowledgements.load(ordering: .relaxed) }
    /// Whether it makes no more requests.
    var hasEnded: Bool { isOver.load(ordering: .relaxed) }

    /// Goes on until the connection breaks.
    func run() {
        defer { isOver.store(true, ordering: .relaxed) }
        guard let raw = try? RawClient(port: port, timeoutSeconds: 20) else { return }
        var random = SeededGenerator(seed: UInt64(number))
        while true {
            let index = Int.random(in: 0..<users.count, using: &random)
            users[index].isUncertain = true
            guard step(&users[index], index: index, raw, &random) else {
                wasCutOff = true
                return
            }
            users[index].isUncertain = false
            acknowledgements.add(1, ordering: .relaxed)
        }
    }

    private func step(_ user: inout Known, index: Int, _ raw: RawClient, _ random: inout SeededGenerator) -> Bool {
        guard let token = user.live, Int.random(in: 0..<10, using: &random) < 3 else {
            let code = try? simulator.mintCode(user: .openid(openid(index))).code
            let body = KeepAliveClient.loginJSON(code ?? "")
            guard let reply = post("/api/v1/wx/login", body, token: nil, raw) else { return false }
            guard reply.status == 200 else { return unexpected(reply) }
            user.replaced = user.live ?? user.replaced
            user.live = try? reply.string("token")
            return true
        }
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            guard let reply = post("/api/v1/wx/logout", "", token: token, raw) else { return false }
            guard reply.status == 204 else { return unexpected(reply) }
            user.loggedOut = token
            user.live = nil
        case 1:
            guard let reply = post("/api/v1/wx/session/refresh", "", token: token, raw) else { return false }
            guard reply.status == 200 else { return unexpected(reply) }
            user.live = try? reply.string("token")
        default:
            let name = "n\(UInt32.random(in: 0...UInt32.max, using: &random))"
            let body = #"{"nickName":"\#(name)","avatarUrl":"https://a.example/b"}"#
            guard let reply = post("/api/v1/wx/saveUserInfo", body, token: token, raw) else { return false }
            guard reply.status == 200 else { return unexpected(reply) }
            user.nickName = name
        }
        return true
    }

    /// Asks the restarted gateway about everything that is certain.
    func check(port: UInt16) throws {
        let client = try KeepAliveClient(port: port)
        for user in users where !user.isUncertain {
            if let token = user.live {
                let reply = try client.session(token)
                #expect(reply.status == 200, "an acknowledged session is gone: \(reply.text)")
                checked.live += 1
                if let name = user.nickName {
                    let info = try client.get("/api/v1/wx/userInfo", headers: [("Authorization", "Bearer \(token)")])
                    #expect(try info.string("nickName") == name)
                    let hasID = try info.json()["id"] is String
                    #expect(hasID)
                    checked.profiles += 1
                }
            }
            // A token that was both replaced by a login and logged out before is told by its last end.
            if let token = user.loggedOut {
                let reply = try client.session(token)
                #expect(reply.status == 401, "an acknowledged logout is undone")
                #expect(try reply.string("reason") == "logged_out")
                checked.loggedOut += 1
            }
            if let token = user.replaced {
                expectRefused(try client.session(token), "replaced")
                checked.replaced += 1
            }
        }
    }

    private func openid(_ index: Int) -> String { "o-durable-\(number)-\(index)" }

    private func unexpected(_ reply: HTTPReply) -> Bool {
        Issue.record("\(reply.status) \(reply.text)")
        return false
    }

    /// A request and its whole reply; nil when the connection broke first.
    private func post(_ target: String, _ body: String, token: String?, _ raw: RawClient) -> HTTPReply? {
        var headers = [("Content-Type", "application/json")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        raw.send(KeepAliveClient.bytes("POST", target, headers: headers, body: body))
        var bytes: [UInt8] = []
        while true {
            guard let more = raw.read(), !more.isEmpty else { return nil }
            bytes += more
            guard let end = HTTPReply.endOfHead(bytes), let reply = try? HTTPReply(bytes) else { continue }
            let length = reply["content-length"].flatMap { Int($0) } ?? 0
            if bytes.count >= end + length { return reply }
        }
    }
}
