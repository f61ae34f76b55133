import Foundation
import Gateway
import HTTPServer
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Replies of web logins as literally as contract section 4 has them.
    @Suite struct WebLoginShapeTests {
        private static func isBase64URL(_ text: String, _ length: Int) -> Bool {
            text.utf8.count == length
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
                    default: false
                    }
                }
        }

        @Test(arguments: [
            ("application/json", "{}"), ("application/json", ""), ("application/x-www-form-urlencoded", "via=code"),
            ("application/json", #"{"via":"code","appid":"\#(DefaultApp.appid)","else":[]}"#),
        ])
        func `a new login is told with picture, secrets and cookie`(type: String, body: String) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                client.send("POST", "/api/v1/qr", headers: [("Content-Type", type)], body: body)
                let reply = try client.reply()
                let login = try WebLogin(reply)
                let json = try reply.json()
                #expect(Set(json.keys) == ["ticket", "secret", "scene", "image", "image_url", "expires_in"])
                #expect(json["expires_in"] as? Int == 120)
                #expect(json["image_url"] as? String == "\(login.path)/image")
                #expect(reply["content-type"] == "application/json" && reply["cache-control"] == "no-store")
                #expect(Self.isBase64URL(login.ticket, 22) && Self.isBase64URL(login.scene, 22))
                #expect(Self.isBase64URL(login.secret, 43))
                #expect(Set([login.ticket, login.scene, login.secret]).count == 3)
                // The picture needs no secret, and is the one of the reply.
                var binary = try ManyConnections(1, port: harness.port)
                let request = KeepAliveClient.bytes("GET", "\(login.path)/image")
                let picture = try #require(try binary.exchange([request]).first)
                #expect(picture.status == 200 && picture["content-type"] == "image/png")
                #expect(picture.body.starts(with: [0x89, 0x50, 0x4e, 0x47]))
                let data = try reply.string("image")
                let base64 = try #require(data.hasPrefix("data:image/png;base64,") ? data.dropFirst(22) : nil)
                #expect(Data(base64Encoded: String(base64)) == Data(picture.body))
                let raw = try RawClient(port: harness.port)
                raw.send("HEAD \(login.path)/image HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                let head = try HTTPReply(Array(raw.readToEnd().utf8))
                #expect(head.status == 200 && head.body.isEmpty && head["content-type"] == "image/png")
                #expect(head["content-length"] == "\(picture.body.count)")
            }
        }

        @Test func `what a poll is told in every state`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let client = try harness.connect()
                let login = try client.newLogin()
                #expect(try client.status(login).text == #"{"status":"pending","expires_in":120}"#)
                clock.advance(milliseconds: 1)
                #expect(try client.status(login).text == #"{"status":"pending","expires_in":120}"#)
                clock.advance(milliseconds: 20_000)
                #expect(try client.status(login).text == #"{"status":"pending","expires_in":100}"#)
                let nonce = try phone.scan(login.scene).string("nonce")
                // Nobody knows the user's name yet.
                #expect(try client.status(login).text == #"{"status":"scanned","expires_in":160}"#)
                let li = ["nickName": "Li \"<b>", "avatarUrl": "https://a.example/li"]
                #expect(try phone.client.saveUserInfo(li, token: phone.token).status == 200)
                let scanned = expectStatus(try client.status(login), "scanned", with: ["userInfo"])
                #expect(scanned["userInfo"] as? [String: String] == li)
                expectProblem(try client.get("\(login.path)/image"), 410, "qr_expired")
                #expect(try phone.confirm(login.scene, nonce: nonce).text == #"{"status":"confirmed"}"#)
                let claimed = try client.status(login)
                let json = expectStatus(claimed, "confirmed", with: ["login"])
                // Exactly the login reply of section 3.
                let told = try #require(json["login"] as? [String: Any])
                let members = ["token", "token_type", "expires_in", "openid", "is_new", "id", "userInfo"]
                #expect(Set(told.keys) == Set(members))
                #expect(told["token_type"] as? String == "Bearer")
                #expect(told["expires_in"] as? Int == 604_800)
                #expect(told["openid"] as? String == "o-1")
                #expect(told["is_new"] as? Bool == false)
                let info = try #require(told["userInfo"] as? [String: Any])
                #expect(Set(info.keys) == ["nickName", "avatarUrl", "isBindingMobile"])
                let login2 = try harness.connect().logIn(harness.code(of: "o-1")).json()
                #expect(Set(login2.keys) == Set(members))
                #expect(login2["id"] as? String == told["id"] as? String)
                clock.advance(milliseconds: 15_000)
                #expect(try client.status(login).text == #"{"status":"claimed","expires_in":0}"#)
                let cancelled = try client.newLogin()
                let fresh = Phone(client: phone.client, token: try #require(login2["token"] as? String))
                let other = try fresh.scan(cancelled.scene).string("nonce")
                #expect(try fresh.cancel(cancelled.scene, nonce: other).text == #"{"status":"cancelled"}"#)
                #expect(try client.status(cancelled).text == #"{"status":"cancelled","expires_in":0}"#)
                let late = try client.newLogin()
                clock.advance(milliseconds: 120_000)
                #expect(try client.status(late).text == #"{"status":"expired","expires_in":0}"#)
            }
        }

        @Test func `the unionid goes to the browser as to the phone`() async throws {
            try await withGateway { harness in
                try harness.simulator.updateUser(.openid("o-1")) { $0.unionid = "u-1" }
                let phone = try harness.phone(of: "o-1")
                let client = try harness.connect()
                let login = try client.newLogin()
                try phone.approve(login)
                let told = try #require(try client.status(login).json()["login"] as? [String: Any])
                #expect(told["unionid"] as? String == "u-1")
                #expect(Set(told.keys) == ["token", "token_type", "expires_in", "openid", "unionid", "is_new"])
            }
        }

        @Test(arguments: [
            "wait=61", "wait=-1", "wait=%2B1", "wait=1.5", "wait=x", "wait=100", "wait=1&wait=2", "seen=foo",
            "seen=PENDING", "seen=pending&seen=scanned", "wait=%zz",
        ])
        func `a wait or a seen that is none is an error`(query: String) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                let name = query.hasPrefix("seen") ? "seen" : query.contains("%zz") ? "query" : "wait"
                expectProblem(try client.status(login, "?\(query)"), 400, "invalid_request", detail: name)
                expectStatus(try client.status(login, "?wait=&seen="), "pending")
                expectStatus(try client.status(login, "?wait=0&seen=pending"), "pending")
                expectStatus(try client.status(login, "?wait=60&seen=scanned"), "pending")
            }
        }

        @Test func `methods that nothing is done by are refused with what is`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                for (method, target, allow) in [
                    ("GET", "/api/v1/qr", "POST"), ("POST", "\(login.path)/status", "GET"),
                    ("POST", "\(login.path)/events", "GET"), ("GET", "/api/v1/qr/scan", "POST"),
                    ("GET", "/api/v1/qr/confirm", "POST"), ("DELETE", "/api/v1/qr/cancel", "POST"),
                ] {
                    client.send(method, target, headers: [login.secretField])
                    let reply = try client.reply()
                    expectProblem(reply, 405, "method_not_allowed")
                    #expect(reply["allow"] == allow, "\(method) \(target)")
                }
            }
        }

        @Test func `of several apps one has to be named, and a phone scans for its own only`() async throws {
            let second = try GatewayConfiguration.secondApp()
            let simulator = Simulator(SimulatorConfiguration())
            try simulator.putApp(SimulatedApp(appid: second.id, secret: DefaultApp.secret))
            try await withGateway({
                $0.simulators = [simulator]
                $0.configure = { $0.apps.append(second) }
            }) { harness in
                let client = try harness.connect()
                for body in ["{}", #"{"appid":"wx0000000000000000"}"#, #"{"appid":""}"#] {
                    expectProblem(try client.post("/api/v1/qr", json: body), 400, "unknown_app")
                }
                let first = try client.newLogin(#"{"appid":"\#(DefaultApp.appid)"}"#)
                let other = try client.newLogin(#"{"appid":"\#(second.id)"}"#)
                let code = try harness.simulator.mintCode(appid: DefaultApp.appid, user: .openid("o-1")).code
                let logIn = try client.post(
                    KeepAliveClient.login,
                    json: #"{"code":"\#(code)","appid":"\#(DefaultApp.appid)"}"#
                )
                let phone = Phone(client: client, token: try logIn.string("token"))
                expectProblem(try phone.scan(other.scene), 410, "qr_expired")
                expectProblem(try phone.confirm(other.scene, nonce: nil), 410, "qr_expired")
                expectStatus(try client.status(other), "pending")
                try phone.approve(first)
                let told = try client.status(first)
                let session = try client.session(try expectClaim(told))
                #expect(try session.string("appid") == DefaultApp.appid)
            }
        }

        @Test func `pictures are drawn for the page and version of the settings`() async throws {
            try await withGateway({ $0.configure = { $0.qr.lifeMilliseconds = 30_000 } }) { harness in
                let client = try harness.connect()
                let reply = try client.post("/api/v1/qr", json: "{}")
                #expect(try reply.json()["expires_in"] as? Int == 30)
                #expect(reply["set-cookie"]?.contains("; Max-Age=150;") == true)
                #expect(try client.status(try WebLogin(reply)).text == #"{"status":"pending","expires_in":30}"#)
                #expect(harness.answers("/wxa/getwxacodeunlimit") == [0: 1])
            }
        }
    }
}
