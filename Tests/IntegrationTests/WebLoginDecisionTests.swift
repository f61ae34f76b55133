import Gateway
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Who may decide about a web login, and when (contract section 4).
    @Suite struct WebLoginDecisionTests {
        private static let decisions = ["confirm", "cancel"]

        @Test(arguments: decisions)
        func `only the session that scanned decides, with its nonce`(decision: String) async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = { $0.sessions.limits = [.mini: 2] }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let second = try phone.client.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                let otherNonce = try phone.scan(second.scene).string("nonce")
                let stranger = try harness.phone(of: "o-2")
                let sameUser = try harness.phone(of: "o-1")
                #expect(try phone.client.session(phone.token).status == 200)
                for thief in [stranger, sameUser] {
                    for shown in [nonce, nil, ""] {
                        expectProblem(try thief.decide(decision, login.scene, nonce: shown), 403, "forbidden")
                    }
                    expectProblem(try thief.scan(login.scene), 409, "qr_conflict")
                }
                let wrong = [
                    nil, "", otherNonce, login.scene, login.secret, nonce.lowercased() + "A", String(nonce.dropLast()),
                ]
                for shown in wrong {
                    expectProblem(try phone.decide(decision, login.scene, nonce: shown), 403, "forbidden")
                }
                expectStatus(try phone.client.status(login), "scanned")
                #expect(try phone.decide(decision, login.scene, nonce: nonce).status == 200)
            }
        }

        @Test func `the user's own session after a refresh is still the one that scanned`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                let fresh = try phone.client.refresh(phone.token).string("token")
                let same = Phone(client: phone.client, token: fresh)
                #expect(try same.scan(login.scene).string("nonce") == nonce)
                #expect(try same.confirm(login.scene, nonce: nonce).status == 200)
            }
        }

        @Test func `a session that was ended after its scan decides nothing`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                #expect(try phone.client.logOut(phone.token).status == 204)
                expectRefused(try phone.confirm(login.scene, nonce: nonce), "logged_out")
                expectStatus(try phone.client.status(login), "scanned")
            }
        }

        @Test(arguments: decisions)
        func `before any scan there is nothing to decide`(decision: String) async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                for nonce in [nil, login.scene] {
                    expectProblem(try phone.decide(decision, login.scene, nonce: nonce), 409, "qr_conflict")
                }
                expectStatus(try phone.client.status(login), "pending")
                // What was refused then is no use now.
                try phone.approve(login)
            }
        }

        @Test func `a second scan of the same session gets the same nonce, and no time`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                clock.advance(milliseconds: 100_000)
                for _ in 0..<3 { #expect(try phone.scan(login.scene).string("nonce") == nonce) }
                let left = expectStatus(try phone.client.status(login), "scanned")
                #expect(left["expires_in"] as? Int == 80)
                clock.advance(milliseconds: 80_000)
                expectProblem(try phone.scan(login.scene), 410, "qr_expired")
            }
        }

        @Test func `each decision is idempotent for its phone, and the other one comes too late`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                for (decision, other, status) in [
                    ("confirm", "cancel", "confirmed"), ("cancel", "confirm", "cancelled"),
                ] {
                    let login = try phone.client.newLogin()
                    let nonce = try phone.scan(login.scene).string("nonce")
                    for _ in 0..<3 {
                        let reply = try phone.decide(decision, login.scene, nonce: nonce)
                        #expect(reply.status == 200 && reply.text == #"{"status":"\#(status)"}"#)
                    }
                    expectProblem(try phone.decide(other, login.scene, nonce: nonce), 409, "qr_conflict")
                    expectProblem(try phone.scan(login.scene), 409, "qr_conflict")
                    expectProblem(try phone.decide(decision, login.scene, nonce: nil), 403, "forbidden")
                    if decision == "confirm" {
                        try expectClaim(phone.client.status(login))
                        // A phone whose reply was lost asks again, also after the claim.
                        #expect(try phone.confirm(login.scene, nonce: nonce).text == #"{"status":"confirmed"}"#)
                        expectProblem(try phone.cancel(login.scene, nonce: nonce), 409, "qr_conflict")
                    } else {
                        expectStatus(try phone.client.status(login), "cancelled")
                    }
                    expectProblem(try phone.scan(login.scene), 409, "qr_conflict")
                }
            }
        }

        @Test func `after its end a ticket can be decided by nobody, and its scene opens nothing`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let (unscanned, scanned) = (try phone.client.newLogin(), try phone.client.newLogin())
                let nonce = try phone.scan(scanned.scene).string("nonce")
                clock.advance(milliseconds: 119_999)
                expectStatus(try phone.client.status(unscanned), "pending")
                clock.advance(milliseconds: 1)
                expectStatus(try phone.client.status(unscanned), "expired")
                expectProblem(try phone.scan(unscanned.scene), 410, "qr_expired")
                expectStatus(try phone.client.status(scanned), "scanned")
                clock.advance(milliseconds: 60_000)
                expectStatus(try phone.client.status(scanned), "expired")
                for decision in Self.decisions {
                    expectProblem(try phone.decide(decision, scanned.scene, nonce: nonce), 410, "qr_expired")
                }
                expectProblem(try phone.client.status(unscanned), 410, "qr_expired")
                expectProblem(try phone.scan(unscanned.scene), 410, "qr_expired")
                clock.advance(milliseconds: 60_000)
                for login in [unscanned, scanned] {
                    expectProblem(try phone.client.status(login), 410, "qr_expired")
                    expectProblem(try phone.client.get("\(login.path)/image"), 410, "qr_expired")
                    expectProblem(try phone.scan(login.scene), 410, "qr_expired")
                }
            }
        }

        @Test func `a confirm at the last moment leaves the browser its time`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                clock.advance(milliseconds: 179_999)
                #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                clock.advance(milliseconds: 14_000)
                try expectClaim(phone.client.status(login))
            }
        }
    }
}
