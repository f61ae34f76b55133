import Foundation
import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Who comes first where two come at once, over both loops.
    @Suite struct WebLoginRaceTests {
        private static let rounds = 40
        private static let key = "key-of-the-operator-1"

        private static func status(of login: WebLogin) -> [UInt8] {
            KeepAliveClient.bytes("GET", "\(login.path)/status", headers: [login.secretField])
        }

        @Test func `of scanners at once one gets the nonce, and only it can confirm`() async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = { $0.qr.ticketsPerAddress = 0 }
            }) { harness in
                let phones = try (0..<6).map { try harness.phone(of: "o-\($0)") }
                let browser = try harness.connect()
                for _ in 0..<Self.rounds {
                    let login = try browser.newLogin()
                    var crowd = try ManyConnections(phones.count, port: harness.port)
                    let scans = try phones.map { try $0.bytes("scan", ["scene": login.scene]) }
                    let replies = try crowd.exchange(scans)
                    let winners = replies.indices.filter { replies[$0].status == 200 }
                    #expect(winners.count == 1)
                    for reply in replies where reply.status != 200 { expectProblem(reply, 409, "qr_conflict") }
                    let winner = try #require(winners.first)
                    let nonce = try replies[winner].string("nonce")
                    let confirms = try phones.map { try $0.bytes("confirm", ["scene": login.scene, "nonce": nonce]) }
                    let decided = try crowd.exchange(confirms)
                    #expect(decided.indices.filter { decided[$0].status == 200 } == [winner])
                    let token = try expectClaim(browser.status(login))
                    #expect(try browser.session(token).string("openid") == "o-\(winner)")
                }
            }
        }

        @Test func `of confirm and cancel at once one counts, and all are told the same`() async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = { $0.qr.ticketsPerAddress = 0 }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                for round in 0..<Self.rounds {
                    let login = try browser.newLogin()
                    let nonce = try phone.scan(login.scene).string("nonce")
                    var crowd = try ManyConnections(8, port: harness.port)
                    let names = (0..<8).map { ($0 + round).isMultiple(of: 2) ? "confirm" : "cancel" }
                    let requests = try names.map { try phone.bytes($0, ["scene": login.scene, "nonce": nonce]) }
                    let replies = try crowd.exchange(requests)
                    let won = Set(zip(names, replies).filter { $0.1.status == 200 }.map(\.0))
                    #expect(won.count == 1)
                    for (name, reply) in zip(names, replies) where !won.contains(name) {
                        expectProblem(reply, 409, "qr_conflict")
                    }
                    for (name, reply) in zip(names, replies) where won.contains(name) {
                        #expect(reply.status == 200)
                    }
                    if won == ["confirm"] {
                        try expectClaim(browser.status(login))
                    } else {
                        expectStatus(try browser.status(login), "cancelled")
                    }
                }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `twenty claims at once make one session, whose token all get`(store: HarnessStore) async throws {
            let keys = AdminKeys([try AdminKey(name: "ops", key: Self.key)])
            try await withGateway({
                $0.loops = 2
                $0.store = store
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.admin.keys = keys
                    // A second session would end no first one, so that it is seen.
                    $0.sessions.limits = [.web: 0]
                }
            }) { harness in
                let browser = try harness.connect()
                let phone = try harness.phone(of: "o-1")
                // Only who has a profile has an id.
                let li = ["nickName": "Li", "avatarUrl": "https://a.example/li"]
                let id = try browser.saveUserInfo(li, token: phone.token).string("id")
                let admin = try KeepAliveClient(port: try #require(harness.gateway.adminPort))
                for round in 1...10 {
                    let login = try browser.newLogin()
                    try phone.approve(login)
                    var crowd = try ManyConnections(20, port: harness.port)
                    let replies = try crowd.exchange(Array(repeating: Self.status(of: login), count: 20))
                    var tokens: Set<String> = []
                    for reply in replies { tokens.insert(try expectClaim(reply)) }
                    #expect(tokens.count == 1)
                    #expect(try browser.session(try #require(tokens.first)).string("channel") == "web")
                    let sessions = try admin.get("/internal/v1/users/\(id)/sessions", token: Self.key)
                    let listed = try #require(try sessions.json()["sessions"] as? [[String: Any]], "\(sessions.text)")
                    #expect(listed.count { $0["channel"] as? String == "web" } == round)
                }
            }
        }

        @Test(arguments: [0, 4, 64])
        func `of logins begun at once each has its own scene, picture and secrets`(poolSize: Int) async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = {
                    $0.qr.poolSize = poolSize
                    $0.qr.ticketsPerAddress = 0
                }
            }) { harness in
                var crowd = try ManyConnections(20, port: harness.port)
                let creation = KeepAliveClient.bytes("POST", "/api/v1/qr", body: "")
                let replies = try crowd.exchange(Array(repeating: creation, count: 100))
                let logins = try replies.map { try WebLogin($0) }
                let secrets = logins.flatMap { [$0.ticket, $0.secret, $0.scene] }
                #expect(Set(secrets).count == 300)
                #expect(Set(try replies.map { try $0.string("image") }).count == 100)
                let drawn = harness.simulator.counters.requests["/wxa/getwxacodeunlimit"]?.total ?? 0
                #expect((100...(100 + poolSize)).contains(drawn))
            }
        }

        @Test func `a confirm that races a parked claim of each loop is told to all`() async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.sessions.limits = [.web: 0]
                }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                for _ in 0..<5 {
                    let login = try browser.newLogin()
                    let nonce = try phone.scan(login.scene).string("nonce")
                    // Eight connections lie on one loop once in 128 times.
                    let waiting = try (0..<8).map { _ in try harness.connect() }
                    for client in waiting { client.sendStatus(login, "?wait=25&seen=scanned") }
                    try harness.untilParked(8)
                    #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                    let tokens = Set(try waiting.map { try expectClaim($0.reply()) })
                    #expect(tokens.count == 1)
                }
                try harness.untilParked(0)
            }
        }
    }
}
