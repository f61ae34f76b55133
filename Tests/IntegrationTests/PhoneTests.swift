import Foundation
import Gateway
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `phone`, in both its forms (contract section 3).
    @Suite struct PhoneTests {
        private static let path = "/wxa/business/getuserphonenumber"
        private static let tokenPath = "/cgi-bin/stable_token"
        private static let number = "13812345678"

        private static func code(_ harness: GatewayHarness, of openid: String) throws -> [String: String] {
            let phone = try #require(SimulatedPhone(purePhoneNumber: number))
            return ["code": try harness.simulator.mintPhoneCode(user: .openid(openid), phone: phone).code]
        }

        private static func data(
            _ harness: GatewayHarness,
            of openid: String,
            _ change: (inout UserDataRequest) -> Void = { _ in }
        ) throws -> [String: String] {
            var request = UserDataRequest(.phone)
            request.phone = try #require(SimulatedPhone(purePhoneNumber: number))
            change(&request)
            return try harness.userData(request, of: openid).encrypted
        }

        private static func expectNumber(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let told = #"{"phoneNumber":"\#(number)","purePhoneNumber":"\#(number)","countryCode":"86"}"#
            #expect(reply.status == 200 && reply.text == told, "\(reply.text)", sourceLocation: sourceLocation)
        }

        /// Whether every reply that says so says that a phone is bound; none of them has the number.
        private static func isBound(_ client: KeepAliveClient, _ token: String) throws -> Bool {
            let info = try client.userInfo(token)
            #expect(!info.text.contains(number))
            let isBound = try info.json()["isBindingMobile"] as? Bool
            #expect(isBound != nil, "\(info.text)")
            return isBound == true
        }

        @Test(arguments: HarnessStore.allCases, ["code", "data"])
        func `the number is its owner's and bound, in every reply from now on`(
            store: HarnessStore,
            form: String
        ) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let bystander = try harness.token(of: "o-b", by: client)
                let profile = ["nickName": "Li", "avatarUrl": "https://a.example/li"]
                for token in [token, bystander] {
                    #expect(try client.saveUserInfo(profile, token: token).json()["isBindingMobile"] as? Bool == false)
                    #expect(try !Self.isBound(client, token))
                }
                let members =
                    form == "code" ? try Self.code(harness, of: "o-a") : try Self.data(harness, of: "o-a")
                try Self.expectNumber(client.phone(members, token: token))
                #expect(harness.requests(Self.path) == (form == "code" ? 1 : 0))
                #expect(try Self.isBound(client, token))
                #expect(try !Self.isBound(client, bystander))
                let replies = [
                    try client.saveUserInfo(profile, token: token), try client.refresh(token),
                    try client.logIn(harness.code(of: "o-a")), try client.session(token),
                    try client.logIn(harness.code(of: "o-b")),
                ]
                #expect(try replies[0].json()["isBindingMobile"] as? Bool == true)
                for (index, isBound) in [(1, true), (2, true), (4, false)] {
                    let info = try #require(try replies[index].json()["userInfo"] as? [String: Any])
                    #expect(info["isBindingMobile"] as? Bool == isBound)
                }
                #expect(!replies.contains { $0.text.contains(Self.number) })
            }
        }

        @Test func `a foreign number keeps its prefix`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let phone = try #require(SimulatedPhone(purePhoneNumber: "5551234567", countryCode: "1"))
                let code = try harness.simulator.mintPhoneCode(user: .openid("o-a"), phone: phone).code
                let reply = try client.phone(["code": code], token: token)
                #expect(try reply.string("phoneNumber") == "+15551234567")
                #expect(try reply.string("purePhoneNumber") == "5551234567")
                #expect(try reply.string("countryCode") == "1")
            }
        }

        @Test func `a code of another user, a used one and an unknown one bind nothing`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let owner = try harness.token(of: "o-a", by: client)
                let thief = try harness.token(of: "o-thief", by: client)
                let code = try Self.code(harness, of: "o-a")
                // WeChat compares, because the session's openid is sent along; it has no name of ours.
                let refused = try client.phone(code, token: thief)
                expectProblem(refused, 502, "upstream_invalid", with: ["errcode", "errmsg"])
                #expect(try refused.json()["errcode"] as? Int == 40003)
                #expect(try !Self.isBound(client, thief))
                try Self.expectNumber(client.phone(code, token: owner))
                for code in [code, ["code": "unknown"]] {
                    expectProblem(
                        try client.phone(code, token: thief),
                        400,
                        "invalid_code",
                        with: ["errcode", "errmsg"]
                    )
                }
                expectProblem(try client.phone([:], token: thief), 400, "invalid_request", detail: "code")
                #expect(try !Self.isBound(client, thief))
            }
        }

        @Test func `data of another app, under an unknown key, or without a number binds nothing`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let foreign = try Self.data(harness, of: "o-a") { $0.watermarkAppid = "wx00000000000000b2" }
                expectProblem(try client.phone(foreign, token: token), 400, "watermark_mismatch")
                let profile = try harness.userData(UserDataRequest(.userInfo), of: "o-a").encrypted
                expectProblem(try client.phone(profile, token: token), 400, "invalid_request", detail: "phone number")
                try harness.simulator.rotateSessionKey(of: .openid("o-a"))
                let unseen = try Self.data(harness, of: "o-a")
                expectProblem(try client.phone(unseen, token: token), 409, "session_key_expired")
                expectProblem(
                    try client.phone(["encryptedData": "AAAA", "iv": "AAAA"], token: token),
                    400,
                    "decrypt_failed"
                )
                #expect(try !Self.isBound(client, token))
            }
        }

        @Test(arguments: [40001, 42001])
        func `an access_token that died is refreshed once and the call repeated once`(errcode: Int) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                try Self.expectNumber(client.phone(Self.code(harness, of: "o-a"), token: token))
                #expect(harness.requests(Self.tokenPath) == 1)
                if errcode == 42001 {
                    // The gateway's clock stays where it is, so it takes the token for good.
                    harness.simulator.advanceClock(by: .seconds(7_200))
                } else {
                    let weChat = try KeepAliveClient(port: harness.simulatorPorts[0])
                    let force = #"""
                        {"grant_type":"client_credential","appid":"\#(DefaultApp.appid)","secret":"\#(DefaultApp.secret)",\#
                        "force_refresh":true}
                        """#
                    #expect(try weChat.post(Self.tokenPath, json: force).status == 200)
                    harness.simulator.resetCounters()
                }
                let before = harness.requests(Self.tokenPath)
                try Self.expectNumber(client.phone(Self.code(harness, of: "o-a"), token: token))
                #expect(harness.answers(Self.path)[errcode] == 1)
                #expect(harness.requests(Self.tokenPath) == before + 1)
                // And from then on it is the new one.
                try Self.expectNumber(client.phone(Self.code(harness, of: "o-a"), token: token))
                #expect(harness.answers(Self.path)[errcode] == 1)
                #expect(harness.requests(Self.tokenPath) == before + 1)
            }
        }

        @Test func `no login ever needs the access_token`() async throws {
            let simulator = Simulator()
            simulator.setFaults(.ofTokens(.reset))
            try await withGateway({
                $0.simulators = [simulator]
                $0.isTokenAwaited = false
            }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                #expect(try client.refresh(token).status == 200)
                #expect(try client.phone(Self.code(harness, of: "o-a"), token: token).status == 502)
                try Self.expectNumber(client.phone(Self.data(harness, of: "o-a"), token: token))
                #expect(harness.requests("/sns/jscode2session") == 1 && harness.requests("/cgi-bin/token") == 0)
            }
        }
    }
}
