import Foundation
import Gateway
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Pages elsewhere, and who pretends to be another site (contract section 4, origins).
    @Suite struct WebLoginOriginTests {
        private static let shop = ("Origin", "https://shop.example")

        private static func withSite(
            _ configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in },
            _ clients: @escaping @Sendable (GatewayHarness) throws -> Void
        ) async throws {
            try await withGateway(
                {
                    $0.configure = {
                        $0.web.origins = ["https://shop.example"]
                        $0.web.site = "Shop of all shops"
                        configure(&$0)
                    }
                },
                clients
            )
        }

        /// What the phone is shown of the browser that made this ticket.
        private static func context(
            _ phone: Phone,
            _ scene: String,
            headers: [(String, String)] = []
        ) throws -> [String: Any] {
            let reply = try phone.scan(scene, headers: headers)
            return try #require(try reply.json()["context"] as? [String: Any], "\(reply.text)")
        }

        @Test(arguments: [
            [("Origin", "https://evil.example")], [("Origin", "null")], [("Origin", "")],
            [("Origin", "https://gateway.test")], [("Origin", "http://gateway.test:8080")],
            [("Origin", "http://gateway.test.evil.example")], [("Origin", "https://shop.example.evil.example")],
            [("Origin", "https://SHOP.example")], [("Origin", "https://shop.example/")],
            [("Origin", "https://shop.example"), ("Origin", "https://evil.example")],
            [("Sec-Fetch-Site", "cross-site")], [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")],
            [("Origin", "http://gateway.test"), ("Sec-Fetch-Site", "cross-site")],
        ])
        func `no other page begins, follows or claims a login`(headers: [(String, String)]) async throws {
            try await Self.withSite { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                expectProblem(try client.post("/api/v1/qr", json: "{}", headers: headers), 403, "forbidden")
                expectProblem(try client.post("/api/v1/qr", json: "?", headers: headers), 403, "forbidden")
                for call in ["status", "status?wait=9", "events"] {
                    for secret in [login.secretField, login.cookieField] {
                        let reply = try client.get("\(login.path)/\(call)", headers: headers + [secret])
                        expectProblem(reply, 403, "forbidden")
                    }
                    let unknown = "/api/v1/qr/AAAAAAAAAAAAAAAAAAAAAA/\(call)"
                    expectProblem(try client.get(unknown, headers: headers + [login.secretField]), 403, "forbidden")
                }
                try harness.phone(of: "o-1").approve(login)
                let reply = try client.get("\(login.path)/status", headers: headers + [login.secretField])
                expectProblem(reply, 403, "forbidden")
                #expect(reply["set-cookie"] == nil && !reply.text.contains("token"))
                try expectClaim(client.status(login))
            }
        }

        @Test(arguments: [
            [], [("Origin", "http://gateway.test")], [("Origin", "https://shop.example")],
            [("Origin", "https://shop.example"), ("Sec-Fetch-Site", "cross-site")],
            [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")],
        ])
        func `our own pages, listed ones and programs do`(headers: [(String, String)]) async throws {
            try await Self.withSite { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin(headers: headers)
                try phone.approve(login)
                try expectClaim(phone.client.status(login, headers: headers))
            }
        }

        @Test func `the site that is shown is a listed origin or a configured name, never what a request says`()
            async throws
        {
            try await Self.withSite { harness in
                let phone = try harness.phone(of: "o-1")
                let body = "{}"
                func create(host: String, _ fields: String = "") throws -> WebLogin {
                    let client = try harness.connect()
                    let head = "POST /api/v1/qr HTTP/1.1\r\nHost: \(host)\r\n\(fields)"
                    client.sendBytes(Array("\(head)Content-Length: \(body.utf8.count)\r\n".utf8))
                    client.sendBytes(Array("Content-Type: application/json\r\n\r\n\(body)".utf8))
                    return try WebLogin(client.reply())
                }
                let bank = "bank.example"
                let own = "Origin: http://bank.example\r\n"
                let forwarded =
                    "X-Forwarded-Host: bank.example\r\nForwarded: host=bank.example\r\nReferer: http://bank.example/\r\n"
                for login in [
                    try create(host: bank), try create(host: bank, own), try create(host: "gateway.test", forwarded),
                    try create(host: bank, "Sec-Fetch-Site: same-origin\r\n"),
                ] {
                    #expect(try Self.context(phone, login.scene)["site"] as? String == "Shop of all shops")
                }
                let listed = try create(host: bank, "Origin: https://shop.example\r\n")
                #expect(try Self.context(phone, listed.scene)["site"] as? String == "https://shop.example")
                let named = try phone.client.newLogin(#"{"site":"Bank","context":{"site":"Bank"}}"#)
                #expect(try Self.context(phone, named.scene)["site"] as? String == "Shop of all shops")
            }
        }

        @Test func `an app's own site goes before the gateway's, and without any there is null`() async throws {
            try await Self.withSite({ $0.apps[0].site = "App's own" }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin(headers: [("Origin", "http://gateway.test")])
                #expect(try Self.context(phone, login.scene)["site"] as? String == "App's own")
                let listed = try phone.client.newLogin(headers: [Self.shop])
                #expect(try Self.context(phone, listed.scene)["site"] as? String == "https://shop.example")
            }
            try await Self.withSite({ $0.web.site = nil }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin(headers: [("Origin", "http://gateway.test")])
                let reply = try phone.scan(login.scene)
                #expect(reply.text.contains(#""site":null"#), "\(reply.text)")
            }
        }

        @Test func `the context tells address, browser and time as literally as the contract`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let agent = "Mozilla/5.0 \"<script>\" \u{202E}x" + String(repeating: "y", count: 400)
                let login = try phone.client.newLogin(headers: [("User-Agent", agent)])
                clock.advance(milliseconds: 5_000)
                let reply = try phone.scan(login.scene)
                let json = try reply.json()
                #expect(Set(json.keys) == ["status", "nonce", "context"])
                #expect(json["status"] as? String == "scanned")
                #expect((json["nonce"] as? String)?.count == 22)
                let context = try #require(json["context"] as? [String: Any])
                #expect(Set(context.keys) == ["site", "ip", "user_agent", "created_at", "same_address"])
                #expect(context["ip"] as? String == "127.0.0.1")
                #expect(context["created_at"] as? String == "2023-11-14T22:13:20Z")
                #expect(context["same_address"] as? Bool == true)
                let shown = try #require(context["user_agent"] as? String)
                #expect(shown.hasPrefix("Mozilla/5.0 \"<script>\" x") && shown.utf8.count == 256)
                let silent = try phone.client.newLogin()
                #expect(try Self.context(phone, silent.scene)["user_agent"] is NSNull)
            }
        }

        @Test func `X-Forwarded-For counts from trusted proxies only`() async throws {
            let proxy = try #require(AddressRange("127.0.0.1"))
            let home = [("X-Forwarded-For", "203.0.113.7")]
            try await withGateway({ $0.configure = { $0.trustedProxies = [proxy] } }) { harness in
                let phone = try harness.phone(of: "o-1")
                func context(_ asker: [(String, String)], _ scanner: [(String, String)]) throws -> [String: Any] {
                    try Self.context(phone, phone.client.newLogin(headers: asker).scene, headers: scanner)
                }
                let same = try context([("X-Forwarded-For", "198.51.100.1, 203.0.113.7")], home)
                #expect(same["ip"] as? String == "203.0.113.7" && same["same_address"] as? Bool == true)
                let other = try context(home, [("X-Forwarded-For", "203.0.113.8")])
                #expect(other["same_address"] as? Bool == false)
                for (asker, scanner) in [([], home), (home, []), ([], [])] {
                    #expect(try context(asker, scanner)["same_address"] is NSNull)
                }
            }
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                for (asker, scanner) in [(home, home), (home, []), ([], home)] {
                    let login = try phone.client.newLogin(headers: asker)
                    let context = try Self.context(phone, login.scene, headers: scanner)
                    #expect(context["same_address"] is NSNull)
                    if !asker.isEmpty { #expect(context["ip"] is NSNull) }
                }
            }
        }
    }
}
