import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Who follows a web login without its secret (contract section 4).
    @Suite struct WebLoginSecretTests {
        /// Fields that show a value as the secret.
        private static let carriers: [@Sendable (String) -> [(String, String)]] = [
            { [("X-Qr-Secret", $0)] }, { [("Cookie", "wxgate_qr=\($0)")] },
        ]

        @Test(arguments: ["status", "status?wait=5&seen=pending", "status?wait=5&seen=confirmed", "events"])
        func `nothing but its own secret opens a ticket, and none of the tries harms it`(call: String) async throws {
            try await withGateway({ $0.loops = 2 }) { harness in
                let client = try harness.connect()
                let (login, other) = (try client.newLogin(), try client.newLogin())
                var tries: [[(String, String)]] = [[], [("X-Qr-Secret", "")], [("Cookie", "wxgate_qr=")]]
                for carrier in Self.carriers {
                    let upper = login.secret.uppercased()
                    for wrong in [
                        login.scene, login.ticket, other.secret, other.scene, upper, String(login.secret.dropLast()),
                        login.secret + "A",
                    ] {
                        tries.append(carrier(wrong))
                    }
                }
                // The header wins, and what differs is nobody's.
                tries.append([("X-Qr-Secret", other.secret), login.cookieField])
                tries.append([("X-Qr-Secret", ""), login.cookieField])
                tries.append([("Cookie", "wxgate_qr=\(login.secret); wxgate_qr=\(other.secret)")])
                // Not the secret's place.
                tries.append([("Authorization", "Bearer \(login.secret)")])
                for fields in tries {
                    expectProblem(try client.get("\(login.path)/\(call)", headers: fields), 403, "forbidden")
                    expectStatus(try client.status(login), "pending")
                }
                try harness.phone(of: "o-1").approve(login)
                for fields in tries {
                    expectProblem(try client.get("\(login.path)/\(call)", headers: fields), 403, "forbidden")
                }
                let byQuery = "\(login.path)/status?secret=\(login.secret)"
                expectProblem(try client.get(byQuery), 403, "forbidden")
                // Nobody has claimed it meanwhile: this one does, and by the cookie.
                let token = try expectClaim(client.get("\(login.path)/status", headers: [login.cookieField]))
                #expect(try client.session(token).status == 200)
                for fields in tries {
                    expectProblem(try client.get("\(login.path)/\(call)", headers: fields), 403, "forbidden")
                }
            }
        }

        @Test func `a right secret wins over a wrong cookie`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let (login, other) = (try client.newLogin(), try client.newLogin())
                expectStatus(try client.status(login, headers: [other.cookieField]), "pending")
            }
        }

        @Test func `a ticket that never was, or is named by another of its secrets, is gone`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                let names = [login.scene, login.secret, "", "x", String(login.ticket.dropLast()), login.ticket + "A"]
                for name in names where !name.isEmpty {
                    for call in ["status", "events", "image"] {
                        let reply = try client.get("/api/v1/qr/\(name)/\(call)", headers: [login.secretField])
                        expectProblem(reply, 410, "qr_expired")
                    }
                }
                for target in ["/api/v1/qr//status", login.path, "\(login.path)/", "\(login.path)/scan"] {
                    #expect(try client.get(target, headers: [login.secretField]).status == 404, "\(target)")
                }
                expectStatus(try client.status(login), "pending")
            }
        }

        @Test func `the phone's calls take the scene and nothing else`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                for wrong in [login.ticket, login.secret] {
                    expectProblem(try phone.scan(wrong), 410, "qr_expired")
                    expectProblem(try phone.confirm(wrong, nonce: nil), 410, "qr_expired")
                    expectProblem(try phone.cancel(wrong, nonce: nil), 410, "qr_expired")
                }
                for call in ["scan", "confirm", "cancel"] {
                    expectRefused(
                        try phone.client.post("/api/v1/qr/\(call)", json: #"{"scene":"\#(login.scene)"}"#),
                        "missing"
                    )
                    let reply = try phone.client.post("/api/v1/qr/\(call)", [:], token: phone.token)
                    expectProblem(reply, 400, "invalid_request", detail: "scene")
                }
                expectStatus(try phone.client.status(login), "pending")
            }
        }

        @Test func `two tabs with two tickets have each its own login`() async throws {
            try await withGateway({ $0.configure = { $0.sessions.limits = [.web: 0] } }) { harness in
                let client = try harness.connect()
                let (first, second) = (try client.newLogin(), try client.newLogin())
                try harness.phone(of: "o-1").approve(first)
                expectStatus(try client.status(second), "pending")
                let token = try expectClaim(client.status(first))
                expectStatus(try client.status(second), "pending")
                try harness.phone(of: "o-2").approve(second)
                let other = try expectClaim(client.status(second))
                #expect(try client.session(token).string("openid") == "o-1")
                #expect(try client.session(other).string("openid") == "o-2")
            }
        }
    }
}
