import Foundation
import Gateway
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Web logins by clients that are not the gateway's own.
    @Suite struct WebLoginMiniProgramTests {
        private static let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../miniprogram/against-gateway.mjs").standardized.path(percentEncoded: false)

        @Test func `the example mini-program scans, asks, confirms, cancels and refuses`() async throws {
            let node = try Command.named(by: "WXGATE_TEST_NODE")
            try await withGateway({
                $0.loops = 2
                $0.configure = { $0.web.site = "Shop" }
            }) { harness in
                let ports = [harness.port, harness.simulatorPorts[0]].map { "http://127.0.0.1:\($0)" }
                let result = try Command(node, [Self.script] + ports).finish()
                #expect(result.status == 0, "\(result.output)\(result.errors)")
                #expect(result.output.hasPrefix("good"), "\(result.output)\(result.errors)")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `tutorial 2: a page shows a code, polls every second, and gets its token when the phone has said yes`(
            store: HarnessStore
        ) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                // GET /qrcode → <img src>, and the scene's uuid there; POST /api/v1/qr → image and ticket here.
                let browser = try harness.connect()
                let login = try browser.newLogin()
                func poll() throws -> HTTPReply {
                    clock.advance(milliseconds: 1_000)
                    return try browser.status(login)
                }
                for _ in 0..<3 { expectStatus(try poll(), "pending") }
                // The code opens the page; its one button logs in by wx.login and sends the scene along.
                let phone = try harness.phone(of: "o-two")
                let nonce = try phone.scan(login.scene).string("nonce")
                for _ in 0..<3 { expectStatus(try poll(), "scanned") }
                #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                let token = try expectClaim(poll())
                #expect(try browser.session(token).string("openid") == "o-two")
                // setInterval goes on for a moment: the same token, no second session.
                #expect(try expectClaim(poll()) == token)
                #expect(try browser.session(token).status == 200)
                // What the tutorial forgot: whoever knows the scene of the picture could poll for the token.
                let thief = try harness.connect()
                let stolen = try thief.get("\(login.path)/status", headers: [("X-Qr-Secret", login.scene)])
                expectProblem(stolen, 403, "forbidden")
            }
        }
    }
}
