import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    @Suite struct SingleSignOnTests {
        @Test(arguments: HarnessStore.allCases)
        func `a second login ends the first token as replaced, and nobody else's`(store: HarnessStore) async throws {
            try await withGateway({
                $0.loops = 2
                $0.store = store
            }) { harness in
                let (one, other) = (try harness.connect(), try harness.connect())
                let bystander = try one.logIn(harness.code(of: "o-bob")).string("token")
                let first = try one.logIn(harness.code(of: "o-alice")).string("token")
                let second = try other.logIn(harness.code(of: "o-alice")).string("token")
                #expect(first != second)
                for client in [one, other] {
                    expectRefused(try client.session(first), "replaced")
                    #expect(try client.session(second).status == 200)
                    #expect(try client.session(bystander).status == 200)
                }
                expectRefused(try one.logOut(first), "replaced")
                #expect(try one.session(second).status == 200)
            }
        }

        @Test func `a failed login ends no session`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let code = try harness.code(of: "o-alice")
                let token = try client.logIn(code).string("token")
                #expect(try client.logIn("unknown-code").status == 400)
                let body = #"{"code":"\#(try harness.code(of: "o-alice"))","rawData":"{}","signature":"00"}"#
                #expect(try client.post(KeepAliveClient.login, json: body).status == 400)
                #expect(try client.session(token).status == 200)
            }
        }

        @Test func `with a limit of two the oldest goes, and a device's own session before it`() async throws {
            try await withGateway({ $0.configure = { $0.sessions.limits = [.mini: 2, .web: 2] } }) { harness in
                let client = try harness.connect()
                func login(_ device: String) throws -> String {
                    try client.logIn(harness.code(of: "o-alice"), device: device).string("token")
                }
                let (phone, tablet) = (try login("phone"), try login("tablet"))
                #expect(try client.session(phone).status == 200)
                let phoneAgain = try login("phone")
                #expect(try client.session(tablet).status == 200)
                let third = try login("watch")
                expectRefused(try client.session(phone), "replaced")
                expectRefused(try client.session(tablet), "replaced")
                #expect(try client.session(phoneAgain).status == 200)
                #expect(try client.session(third).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a hundred logins of one user at once leave exactly one live session`(store: HarnessStore) async throws {
            try await withGateway({
                $0.loops = 2
                $0.store = store
            }) { harness in
                let requests = try (0..<100).map { _ in try LoginBytes.of(harness.code(of: "o-alice")) }
                var crowd = try ManyConnections(100, port: harness.port)
                let replies = try crowd.exchange(requests)
                #expect(replies.allSatisfy { $0.status == 200 })
                let newcomers = try replies.count { try $0.json()["is_new"] as? Bool == true }
                let tokens = try replies.map { try $0.string("token") }
                #expect(Set(tokens).count == 100)
                #expect(newcomers == 1)
                #expect(harness.simulator.counters.exchanges == 100)
                let client = try harness.connect()
                var live = 0
                for token in tokens {
                    let reply = try client.session(token)
                    if reply.status == 200 { live += 1 } else { expectRefused(reply, "replaced") }
                }
                #expect(live == 1)
            }
        }
    }
}

/// Logins as they stand on the wire.
enum LoginBytes {
    static func of(
        _ code: String,
        nonce: String? = nil,
        headers: [(String, String)] = []
    ) -> [UInt8] {
        KeepAliveClient.bytes(
            "POST",
            KeepAliveClient.login,
            headers: headers + [("Content-Type", "application/json")],
            body: KeepAliveClient.loginJSON(code, nonce: nonce)
        )
    }
}
