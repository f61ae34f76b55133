import Foundation
import Gateway
import Synchronization
import TestSupport
import Testing
import WeChat
import WeChatSimulator

extension IntegrationTests {
    /// The calls by which other services get the access_token, over HTTP (contract section 5).
    @Suite struct AccessTokenEndpointsTests {
        private static let key = "key-of-a-service-1234"
        private static let users = "key-of-users-12345678"
        private static let otherApp = "key-of-another-app-12"
        private static let path = "/internal/v1/access_token"
        private static let stablePath = "/cgi-bin/stable_token"

        private static func withTokens(
            _ mode: AccessTokenMode = .stable,
            loops: Int = 1,
            latency: Latency = .none,
            store: HarnessStore = .memory,
            log: CapturedLog? = nil,
            isTokenAwaited: Bool = true,
            _ change: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in },
            _ body: @escaping @Sendable (GatewayHarness, _ admin: KeepAliveClient) throws -> Void
        ) async throws {
            let keys = AdminKeys([
                try AdminKey(name: "service", key: key, scopes: [.accessToken]),
                try AdminKey(name: "users", key: users, scopes: [.users, .introspect]),
                try AdminKey(name: "elsewhere", key: otherApp, scopes: [.accessToken], appIDs: ["wx00000000000000b2"]),
            ])
            try await withGateway({
                $0.loops = loops
                $0.latency = latency
                $0.store = store
                $0.isTokenAwaited = isTokenAwaited
                if let log { $0.logger = log.logger }
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.admin.keys = keys
                    $0.accessTokens.mode = mode
                    change(&$0)
                }
            }) { harness in
                try body(harness, try KeepAliveClient(port: try #require(harness.gateway.adminPort)))
            }
        }

        private static func query(_ appid: String = DefaultApp.appid, secret: String = key) -> String {
            "/cgi-bin/token?grant_type=client_credential&appid=\(appid)&secret=\(secret)"
        }

        private static func body(secret: String = key, more: String = "") -> String {
            #"{"grant_type":"client_credential","appid":"\#(DefaultApp.appid)","secret":"\#(secret)"\#(more)}"#
        }

        /// A token's reply, whole.
        private static func token(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws
            -> (text: String, expiresIn: Int)
        {
            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
            #expect(reply["content-type"] == "application/json", sourceLocation: sourceLocation)
            #expect(reply["cache-control"] == "no-store", sourceLocation: sourceLocation)
            let json = try reply.json()
            let text = try #require(json["access_token"] as? String, sourceLocation: sourceLocation)
            return (text, try #require(json["expires_in"] as? Int, sourceLocation: sourceLocation))
        }

        private static func errcode(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int
        {
            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
            let json = try reply.json()
            #expect(Set(json.keys) == ["errcode", "errmsg"], "\(reply.text)", sourceLocation: sourceLocation)
            return try #require(json["errcode"] as? Int, sourceLocation: sourceLocation)
        }

        private static func invalidate(_ token: String, by admin: KeepAliveClient) throws -> HTTPReply {
            let members = ["appid": DefaultApp.appid, "access_token": token]
            return try admin.post("\(path)/invalidate", members, token: key)
        }

        @Test(arguments: AccessTokenMode.allCases)
        func `each shape gives WeChat's current token, and what is left of it`(mode: AccessTokenMode) async throws {
            try await Self.withTokens(mode, loops: 2) { harness, admin in
                let replies = [
                    try admin.get("\(Self.path)?appid=\(DefaultApp.appid)", token: Self.key),
                    try admin.get(Self.path, token: Self.key),
                    try admin.get(Self.query()),
                    try admin.post(Self.stablePath, json: Self.body()),
                    try admin.post(Self.stablePath, json: Self.body(more: #","force_refresh":false"#)),
                ]
                let overview = try harness.simulator.accessTokens()
                let status = mode == .stable ? overview.stable : overview.legacy
                for reply in replies {
                    let token = try Self.token(reply)
                    #expect(token.text == status.token)
                    // True to the second in which it was asked, and never more than there is.
                    #expect((status.expiresIn - 2...status.expiresIn + 1).contains(token.expiresIn))
                    #expect(token.expiresIn <= 7_200)
                }
                #expect(harness.simulator.counters.accessTokens.issued.values.reduce(0, +) == 1)
            }
        }

        @Test func `no shape has a token for a key that is not for it`() async throws {
            try await Self.withTokens { harness, admin in
                let invalidate = "\(Self.path)/invalidate"
                expectRefused(try admin.get(Self.path), "missing")
                expectRefused(try admin.post(invalidate, json: "{}"), "missing")
                for (key, status) in [("no-such-key-1234567890", 401), (Self.users, 403), (Self.otherApp, 403)] {
                    for reply in [
                        try admin.get(Self.path, token: key),
                        try admin.post(invalidate, ["access_token": "t"], token: key),
                    ] {
                        if status == 401 {
                            expectRefused(reply, "unknown")
                        } else {
                            expectProblem(reply, 403, "forbidden")
                        }
                    }
                    let errcode = status == 401 ? 40125 : 48001
                    #expect(try Self.errcode(admin.get(Self.query(secret: key))) == errcode)
                    #expect(try Self.errcode(admin.post(Self.stablePath, json: Self.body(secret: key))) == errcode)
                }
                // The app's own secret opens nothing here.
                #expect(try Self.errcode(admin.get(Self.query(secret: DefaultApp.secret))) == 40125)
                let reply = try admin.post(Self.stablePath, json: Self.body(secret: DefaultApp.secret))
                #expect(try Self.errcode(reply) == 40125)
                // Nor is any of it on the public listener.
                let client = try harness.connect()
                for target in [Self.path, Self.query()] {
                    expectProblem(try client.get(target, token: Self.key), 404, "not_found")
                }
                expectProblem(try client.post(Self.stablePath, json: Self.body()), 404, "not_found")
                expectProblem(try client.post(invalidate, ["access_token": "t"], token: Self.key), 404, "not_found")
            }
        }

        @Test func `methods are WeChat's on its paths, and as everywhere on ours`() async throws {
            try await Self.withTokens { _, admin in
                #expect(try Self.errcode(admin.post(Self.query(), json: "{}")) == 43001)
                #expect(try Self.errcode(admin.get(Self.stablePath)) == 43002)
                for path in [Self.path, "\(Self.path)/invalidate", "/cgi-bin/token", Self.stablePath] {
                    for method in ["OPTIONS", "DELETE"] {
                        admin.send(method, path)
                        let reply = try admin.reply()
                        expectProblem(reply, 405, "method_not_allowed")
                        #expect(reply["allow"] != nil)
                    }
                }
                expectProblem(try admin.get("\(Self.path)/invalidate", token: Self.key), 405, "method_not_allowed")
            }
        }

        /// How a token dies before its time.
        enum Death: CaseIterable, Sendable {
            /// WeChat takes it back, and hands the same one out until somebody forces.
            case takenBack
            /// Somebody else forced a new stable one.
            case forcedByAnother
            /// Somebody else fetched legacy tokens, and five minutes passed.
            case fetchedByAnother

            var mode: AccessTokenMode { self == .fetchedByAnother ? .legacy : .stable }

            func befall(_ simulator: Simulator) throws {
                switch self {
                case .takenBack: try simulator.expireToken(.stable)
                case .forcedByAnother: try simulator.fetchAsSomeoneElse(.stable, force: true)
                case .fetchedByAnother:
                    try simulator.fetchAsSomeoneElse(.legacy)
                    simulator.advanceClock(by: .seconds(301))
                }
            }
        }

        @Test(arguments: Death.allCases)
        func `a hundred who report the same dead token at once cause one refresh`(death: Death) async throws {
            let slow = Latency.uniform(fromMilliseconds: 30, toMilliseconds: 60)
            try await Self.withTokens(death.mode, loops: 2, latency: slow) { harness, admin in
                let old = try Self.token(admin.get(Self.path, token: Self.key)).text
                try death.befall(harness.simulator)
                let before = harness.simulator.counters
                var connections = try ManyConnections(100, port: try #require(harness.gateway.adminPort))
                let request = KeepAliveClient.bytes(
                    "POST",
                    "\(Self.path)/invalidate",
                    headers: [("Authorization", "Bearer \(Self.key)"), ("Content-Type", "application/json")],
                    body: #"{"appid":"\#(DefaultApp.appid)","access_token":"\#(old)"}"#
                )
                let replies = try connections.exchange(Array(repeating: request, count: 100))
                #expect(replies.count == 100)
                let tokens = try replies.map { try Self.token($0).text }
                #expect(Set(tokens).count == 1 && tokens.first != old)
                let refreshed = try replies.map { try $0.json()["refreshed"] as? Bool }
                #expect(refreshed.contains(true) && !refreshed.contains(nil))
                for reply in replies { #expect(try reply.json()["retry_after"] == nil, "\(reply.text)") }

                // What it cost at WeChat: one proof, and of each kind of fetch as many as one refresh needs.
                let after = harness.simulator.counters
                func requests(_ path: String) -> Int {
                    (after.requests[path]?.total ?? 0) - (before.requests[path]?.total ?? 0)
                }
                #expect(requests("/cgi-bin/get_api_domain_ip") == 1)
                #expect(requests("/cgi-bin/stable_token") == (death == .takenBack ? 2 : death.mode == .stable ? 1 : 0))
                #expect(requests("/cgi-bin/token") == (death.mode == .legacy ? 1 : 0))
                #expect(after.accessTokens.forcedGranted == (death == .takenBack ? 1 : 0))
                let overview = try harness.simulator.accessTokens()
                let status = death.mode == .stable ? overview.stable : overview.legacy
                #expect(status.works && status.token == tokens.first)

                // Whoever comes late is told the new one, at no cost.
                let late = try Self.invalidate(old, by: admin)
                #expect(try Self.token(late).text == tokens.first)
                #expect(try late.json()["refreshed"] as? Bool == false)
                #expect(harness.simulator.counters.requests == after.requests)
            }
        }

        @Test func `a report of a token that WeChat takes changes nothing`() async throws {
            try await Self.withTokens { harness, admin in
                let token = try Self.token(admin.get(Self.path, token: Self.key)).text
                for reported in [token, "another", "with space"] {
                    let reply = try Self.invalidate(reported, by: admin)
                    #expect(try Self.token(reply).text == token)
                    #expect(try reply.json()["refreshed"] as? Bool == false)
                }
                let form = try admin.post(
                    "\(Self.path)/invalidate",
                    form: "access_token=\(token)",
                    headers: [("Authorization", "Bearer \(Self.key)")]
                )
                #expect(try Self.token(form).text == token)
                let forced = try admin.post(Self.stablePath, json: Self.body(more: #","force_refresh":true"#))
                #expect(try Self.token(forced).text == token)
                #expect(harness.requests("/cgi-bin/stable_token") == 1)
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 0)
            }
        }

        @Test func `SDKs that force a refresh of a dead token get a new one`() async throws {
            try await Self.withTokens { harness, admin in
                let old = try Self.token(admin.post(Self.stablePath, json: Self.body())).text
                try harness.simulator.expireToken(.stable)
                let forced = try admin.post(Self.stablePath, json: Self.body(more: #","force_refresh":true"#))
                let new = try Self.token(forced).text
                #expect(new != old && forced.text.contains("expires_in"))
                #expect(try Self.token(admin.get(Self.query())).text == new)
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 1)
            }
        }

        @Test func `a wrong app secret is told to each shape as its clients know it, and in readyz, which stays ready`()
            async throws
        {
            let wrong = try #require(AppSecret(String(DefaultApp.secret.reversed())))
            let id = try #require(AppID(DefaultApp.appid))
            try await Self.withTokens(
                isTokenAwaited: false,
                { $0.apps = [App(weChat: WeChatApp(id: id, secret: wrong))] },
                { harness, admin in
                    let reply = try admin.get(Self.path, token: Self.key)
                    let problem = expectProblem(reply, 502, "app_misconfigured", with: ["errcode", "errmsg"])
                    #expect(problem["errcode"] as? Int == 40125)
                    let report = try Self.invalidate("t", by: admin)
                    expectProblem(report, 502, "app_misconfigured", with: ["errcode", "errmsg"])
                    #expect(try Self.errcode(admin.get(Self.query())) == 40125)
                    #expect(try Self.errcode(admin.post(Self.stablePath, json: Self.body())) == 40125)
                    let ready = try admin.get("/readyz")
                    #expect(ready.status == 200)
                    let json = try ready.json()
                    #expect(json["status"] as? String == "ready" && json["reasons"] == nil)
                    let texts = try #require(json["wechat"] as? [String])
                    #expect(texts.count == 1 && texts[0].hasPrefix("\(DefaultApp.appid): no access_token: "))
                    #expect(texts[0].contains("40125") && !texts[0].contains(wrong.string))
                    #expect(try harness.connect().get("/readyz").text == #"{"status":"ready"}"#)
                }
            )
        }

        @Test func `while WeChat cannot be reached it says when to come again`() async throws {
            try await Self.withTokens(isTokenAwaited: false, { $0.upstream.bases = ["http://127.0.0.1:1"] }) {
                harness,
                admin in
                let reply = try admin.get(Self.path, token: Self.key)
                expectProblem(reply, 503, "upstream_busy")
                expectProblem(try Self.invalidate("t", by: admin), 503, "upstream_busy")
                #expect(try Self.errcode(admin.get(Self.query())) == -1)
                #expect(try Self.errcode(admin.post(Self.stablePath, json: Self.body())) == -1)
                let ready = try admin.get("/readyz")
                #expect(
                    ready.status == 200 && ready.text.contains(#""wechat":["\#(DefaultApp.appid): no access_token"#)
                )
                #expect(try harness.connect().get("/readyz").text == #"{"status":"ready"}"#)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `no line of the log has a key or a token, though each use is one by the key's name`(
            store: HarnessStore
        ) async throws {
            let log = CapturedLog()
            let secrets = SecretLedger()
            try await Self.withTokens(loops: 2, store: store, log: log) { harness, admin in
                secrets.hide(DefaultApp.secret, Self.key, Self.users, Self.otherApp, "no-such-key-1234567890")
                secrets.hide(try Self.token(admin.get(Self.path, token: Self.key)).text)
                try harness.simulator.expireToken(.stable)
                for key in [Self.key, Self.users, Self.otherApp, "no-such-key-1234567890", DefaultApp.secret] {
                    _ = try admin.get("\(Self.path)?appid=\(DefaultApp.appid)", token: key)
                    _ = try admin.get(Self.query(secret: key))
                    _ = try admin.get(Self.query(secret: key) + "&secret=\(key)")
                    _ = try admin.post(Self.query(secret: key), json: "{}")
                    _ = try admin.get(Self.query(secret: key).replacingOccurrences(of: "token?", with: "tokem?"))
                    _ = try admin.post(Self.stablePath, json: Self.body(secret: key, more: #","force_refresh":true"#))
                    _ = try admin.post(Self.stablePath, json: Self.body(secret: key) + "x")
                    admin.send("OPTIONS", Self.query(secret: key))
                    _ = try admin.reply()
                    // What the server itself refuses.
                    let other = try KeepAliveClient(port: try #require(harness.gateway.adminPort))
                    other.sendBytes(Array("GET \(Self.query(secret: key)) HTTP/1.1\r\nHost : h\r\n\r\n".utf8))
                    _ = try other.reply()
                }
                secrets.hide(try Self.token(admin.get(Self.path, token: Self.key)).text)
            }
            let lines = log.lines
            for secret in secrets.all { #expect(!lines.contains { $0.contains(secret) }) }
            for call in ["GET \(Self.path)", "GET /cgi-bin/token", "POST \(Self.stablePath)"] {
                let uses = lines.filter { $0.hasPrefix("info operator's call") && $0.contains(call) }
                #expect(
                    uses.contains { $0.contains("service") } && uses.contains { $0.contains("forbidden") },
                    "\(call)"
                )
            }
            #expect(lines.contains { $0.contains("debug") && $0.contains("/cgi-bin/token") })
        }

        @Test(arguments: AccessTokenMode.allCases)
        func `the program keeps its token over a restart, and no file and no line of its log has it`(
            mode: AccessTokenMode
        ) async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let phone = try KeepAliveClient(port: simulator.port)
                    let directory = try WorkingDirectory()
                    let environment = ["WXGATE_ADMIN_KEY": Self.key, "WXGATE_ACCESS_TOKEN_MODE": mode.rawValue]
                    var tokens: Set<String> = []
                    for _ in 0..<3 {
                        let gateway = try GatewayProcess(in: directory, environment, weChatPort: simulator.port)
                        let admin = try KeepAliveClient(port: try #require(gateway.adminPort))
                        let token = try Self.token(admin.get(Self.query())).text
                        tokens.insert(token)
                        let log = gateway.log + gateway.command.endInOrder()
                        #expect(!log.contains(token) && !log.contains(Self.key) && log.contains("operator's call"))
                        for name in try directory.names(in: "wxgate-data") {
                            let file = URL(filePath: "\(directory.path)/wxgate-data/\(name)")
                            #expect(try Data(contentsOf: file).range(of: Data(token.utf8)) == nil, "\(name)")
                        }
                    }
                    #expect(tokens.count == 1)
                    let requests = try #require(try phone.get("/sim/counters").json()["requests"] as? [String: Any])
                    let path = mode == .stable ? Self.stablePath : "/cgi-bin/token"
                    let counts = try #require(requests[path] as? [String: Any])
                    #expect(counts["total"] as? Int == 1, "\(counts)")
                }
            }.get()
        }

        @Test(arguments: AccessTokenMode.allCases, [true, false])
        func `a client that was written for WeChat gets its tokens here by another base URL and secret`(
            mode: AccessTokenMode,
            byGateway: Bool
        ) async throws {
            let python = try Command.named(by: "WXGATE_TEST_PYTHON")
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Clients/access_token.py").path(percentEncoded: false)
            try await Self.withTokens(mode, loops: 2) { harness, _ in
                let weChat = "http://127.0.0.1:\(harness.simulatorPorts[0])"
                let gateway = "http://127.0.0.1:\(try #require(harness.gateway.adminPort))"
                let (base, secret) = byGateway ? (gateway, Self.key) : (weChat, DefaultApp.secret)
                let arguments = [script, base, secret, weChat, DefaultApp.appid, mode.rawValue]
                let result = try Command(python, arguments).finish()
                #expect(result.status == 0, "\(result.output)\(result.errors)")
                #expect(result.output.hasPrefix("good"), "\(result.output)\(result.errors)")
            }
        }
    }
}

/// What nobody may find in a log.
private final class SecretLedger: Sendable {
    private let secrets = Mutex<Set<String>>([])

    var all: Set<String> { secrets.withLock { $0 } }

    func hide(_ texts: String...) { secrets.withLock { $0.formUnion(texts) } }
}
