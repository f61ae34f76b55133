import Gateway
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Codes and links that somebody else makes a victim open (contract section 4, launch scenes).
    @Suite struct WebLoginLaunchTests {
        /// Chats, albums, long presses, cards, other mini-programs, links: the default of `WXGATE_QR_REFUSED_SCENES`.
        private static let refused = [
            1007, 1008, 1010, 1012, 1013, 1036, 1037, 1044, 1048, 1049, 1065, 1069, 1194,
        ]

        @Test func `album, card and link launches are refused, and the ticket stays as it was`() async throws {
            try await withGateway({ $0.configure = { $0.admin.host = "127.0.0.1" } }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                for scene in Self.refused {
                    expectProblem(try phone.scan(login.scene, launchScene: scene), 403, "launch_refused")
                    let text = #"{"scene":"\#(login.scene)","launch_scene":"\#(scene)"}"#
                    let bearer = [("Authorization", "Bearer \(phone.token)")]
                    let reply = try phone.client.post("/api/v1/qr/scan", json: text, headers: bearer)
                    expectProblem(reply, 403, "launch_refused")
                }
                expectStatus(try phone.client.status(login), "pending")
                #expect(try harness.metric("wxgate_qr_scans_without_launch_scene_total") == 0)
                // Also after a good scan: what opens the page again is another launch.
                let nonce = try phone.scan(login.scene).string("nonce")
                expectProblem(try phone.scan(login.scene, launchScene: 1012), 403, "launch_refused")
                #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                // Who does not say is counted.
                try #require(
                    try phone.scan(try phone.client.newLogin().scene, launchScene: nil).status == 200
                )
                #expect(try harness.metric("wxgate_qr_scans_without_launch_scene_total") == 1)
            }
        }

        @Test func `the operator's own list is what is refused`() async throws {
            try await withGateway({ $0.configure = { $0.qr.refusedLaunchScenes = [1047] } }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                expectProblem(try phone.scan(login.scene), 403, "launch_refused")
                #expect(try phone.scan(login.scene, launchScene: 1012).status == 200)
            }
        }

        @Test(arguments: ["-1", "100000", "1047.5", "true", #""x""#, #""+1047""#, "[1047]"])
        func `a launch scene that is no number is an error and no scan`(value: String) async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let body = #"{"scene":"\#(login.scene)","launch_scene":\#(value)}"#
                let reply = try phone.client.post(
                    "/api/v1/qr/scan",
                    json: body,
                    headers: [("Authorization", "Bearer \(phone.token)")]
                )
                expectProblem(reply, 400, "invalid_request", detail: "launch_scene")
                expectStatus(try phone.client.status(login), "pending")
            }
        }

        // MARK: - Links

        private static let link = #"{"via":"link"}"#

        @Test func `a link ticket has a link for a minute, and is opened from where it was asked for`() async throws {
            let clock = ShiftedClock()
            let proxy = try #require(AddressRange("127.0.0.1"))
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = { $0.trustedProxies = [proxy] }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let home = [("X-Forwarded-For", "203.0.113.7")]
                let reply = try phone.client.post("/api/v1/qr", json: Self.link, headers: home)
                let login = try WebLogin(reply)
                let json = try reply.json()
                #expect(Set(json.keys) == ["ticket", "secret", "scene", "link", "expires_in"])
                #expect(json["expires_in"] as? Int == 60)
                #expect(try reply.string("link").contains("://"))
                #expect(reply["set-cookie"]?.contains("Max-Age=180;") == true)
                expectProblem(try phone.client.get("\(login.path)/image"), 410, "qr_expired")
                let away: [[(String, String)]] = [
                    [("X-Forwarded-For", "203.0.113.8")], [("X-Forwarded-For", "nonsense")], [],
                    [("X-Forwarded-For", "203.0.113.7, 203.0.113.8")],
                ]
                for elsewhere in away {
                    expectProblem(try phone.scan(login.scene, launchScene: 1065, headers: elsewhere), 403, "forbidden")
                }
                expectProblem(try phone.scan(login.scene, launchScene: 1012, headers: home), 403, "launch_refused")
                expectStatus(try phone.client.status(login), "pending")
                for scene in [1065, 1194] {
                    #expect(try phone.scan(login.scene, launchScene: scene, headers: home).status == 200)
                }
                let late = try WebLogin(phone.client.post("/api/v1/qr", json: Self.link, headers: home))
                clock.advance(milliseconds: 60_000)
                expectStatus(try phone.client.status(late), "expired")
                expectProblem(try phone.scan(late.scene, launchScene: 1065, headers: home), 410, "qr_expired")
            }
        }

        @Test func `where addresses cannot be believed no link is opened`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let forged = [("X-Forwarded-For", "203.0.113.7")]
                let unknown = try phone.client.newLogin(Self.link, headers: forged)
                for headers in [[], forged] {
                    let reply = try phone.scan(unknown.scene, launchScene: 1065, headers: headers)
                    expectProblem(reply, 403, "forbidden")
                }
                let known = try phone.client.newLogin(Self.link)
                expectProblem(try phone.scan(known.scene, launchScene: 1065, headers: forged), 403, "forbidden")
                #expect(try phone.scan(known.scene, launchScene: 1065).status == 200)
            }
        }

        @Test func `links that are turned off are an error that says so`() async throws {
            try await withGateway({ $0.configure = { $0.qr.allowsLinks = false } }) { harness in
                let client = try harness.connect()
                let reply = try client.post("/api/v1/qr", json: Self.link)
                expectProblem(reply, 400, "invalid_request", detail: "via")
                _ = try client.newLogin()
                _ = try client.newLogin(#"{"via":"code"}"#)
                for other in [#"{"via":"Link"}"#, #"{"via":"qr"}"#, #"{"via":1}"#] {
                    let reply = try client.post("/api/v1/qr", json: other)
                    expectProblem(reply, 400, "invalid_request", detail: "via")
                }
            }
        }
    }
}
