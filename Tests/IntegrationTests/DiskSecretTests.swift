import Foundation
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What is on the disk and in the log after a user did everything there is to do (contract sections 2 and 7).
    @Suite struct DiskSecretTests {
        private static let data = "wxgate-data"
        private static let number = "13787654321"

        /// Each form in which a secret could lie somewhere.
        private struct Ledger {
            private(set) var forms: [(name: String, bytes: Data)] = []

            mutating func hide(_ name: String, text: String) { forms.append((name, Data(text.utf8))) }

            mutating func hide(_ name: String, base64 text: String) throws {
                let bytes = try #require(TokenParts.bytes(of: text.replacingOccurrences(of: "=", with: "")))
                hide(name, text: text.replacingOccurrences(of: "=", with: ""))
                hide("\(name) in base64url", text: TokenParts.text(of: bytes))
                hide("\(name) in hex", text: bytes.map { String(format: "%02x", $0) }.joined())
                forms.append(("\(name) as bytes", bytes))
            }

            /// The token, its signature, and the ids in it.
            mutating func hide(_ name: String, token: String) throws {
                hide(name, text: token)
                for part in token.components(separatedBy: ".").dropFirst() { hide("part of \(name)", text: part) }
                let payload = try TokenParts(token).payload
                for id in ["sid", "jti"] {
                    try hide("\(id) of \(name)", base64: try #require(payload[id] as? String))
                }
            }
        }

        private static func expectNone(of ledger: Ledger, in bytes: Data, _ place: String) {
            for form in ledger.forms where bytes.range(of: form.bytes) != nil {
                Issue.record("\(form.name) is in \(place)")
            }
        }

        /// Every file but those of the keys, and no key in a wrong one.
        private static func expectNothing(in directory: WorkingDirectory, of ledger: Ledger) throws {
            var sizes = 0
            var isFound = false
            let keys = try ["token.HS256.key", "data.key"].map { name in
                let text = try String(contentsOfFile: "\(directory.path)/\(data)/\(name)", encoding: .utf8)
                // A key and nothing else.
                let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
                #expect(lines.count == 1 && Data(base64Encoded: String(lines[0]))?.count == 32, "\(name)")
                return (name, String(lines[0]))
            }
            for name in try directory.names(in: data) {
                let bytes = try Data(contentsOf: URL(filePath: "\(directory.path)/\(data)/\(name)"))
                sizes += bytes.count
                isFound = isFound || bytes.range(of: Data("o-walker".utf8)) != nil
                expectNone(of: ledger, in: bytes, name)
                for (owner, key) in keys where owner != name {
                    var other = Ledger()
                    try other.hide("the key of \(owner)", base64: key)
                    expectNone(of: other, in: bytes, name)
                }
            }
            // The search itself works: openids are there.
            #expect(isFound && sizes > 4_096)
        }

        @Test func `after all calls neither the data directory nor the log has a secret`() async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let adminKey = "an-operator's-key-of-some-length"
                    let gateway = try GatewayProcess(
                        in: directory,
                        ["WXGATE_ADMIN_KEY": adminKey],
                        weChatPort: simulator.port
                    )
                    let phone = try KeepAliveClient(port: simulator.port)
                    let client = try KeepAliveClient(port: gateway.port)
                    let admin = try KeepAliveClient(port: try #require(gateway.adminPort))
                    var ledger = Ledger()
                    ledger.hide("app secret", text: DefaultApp.secret)
                    ledger.hide("phone number", text: Self.number)
                    var codes = Ledger()
                    codes.hide("operator's key", text: adminKey)

                    /// A login by a new code, which brings a new session_key.
                    func logIn(_ openid: String) throws -> String {
                        let code = try phone.post("/sim/login", json: #"{"openid":"\#(openid)"}"#).string("code")
                        let key = try phone.post("/sim/users", json: #"{"openid":"\#(openid)"}"#).string("session_key")
                        codes.hide("code", text: code)
                        try ledger.hide("session_key", base64: key)
                        let token = try client.logIn(code).string("token")
                        try ledger.hide("token", token: token)
                        return token
                    }
                    func data(_ kind: String) throws -> [String: String] {
                        let more = kind == "phone" ? #","phone":"\#(Self.number)""# : ""
                        let json = #"{"openid":"o-walker","kind":"\#(kind)"\#(more)}"#
                        let reply = try phone.post("/sim/userdata", json: json)
                        return ["encryptedData": try reply.string("encryptedData"), "iv": try reply.string("iv")]
                    }

                    for _ in 0..<2 { _ = try logIn("o-walker") }
                    let token = try logIn("o-walker")
                    let next = try client.refresh(token).string("token")
                    try ledger.hide("refreshed token", token: next)
                    let profile = ["nickName": "Li", "avatarUrl": "https://a.example/li"]
                    #expect(try client.saveUserInfo(profile, token: next).status == 200)
                    let mint = #"{"openid":"o-walker","phone":"\#(Self.number)"}"#
                    let code = try phone.post("/sim/phone_codes", json: mint).string("code")
                    codes.hide("phone code", text: code)
                    #expect(try client.phone(["code": code], token: next).status == 200)
                    #expect(try client.phone(try data("phone"), token: token).status == 200)
                    #expect(try client.decrypt(try data("user_info"), token: next).status == 200)
                    #expect(try client.checkSession(next).text == #"{"valid":true}"#)
                    #expect(try client.userInfo(next).json()["isBindingMobile"] as? Bool == true)
                    #expect(try client.authCheck(next).status == 200)
                    #expect(try admin.get("/internal/v1/users/1", token: adminKey).string("phoneNumber") == Self.number)
                    let other = try logIn("o-other")
                    #expect(try client.logOut(other).status == 204)

                    // While it runs, with the write-ahead log beside the database, and after it.
                    try Self.expectNothing(in: directory, of: ledger)
                    let log = gateway.log + gateway.command.endInOrder()
                    try Self.expectNothing(in: directory, of: ledger)
                    try Self.expectNothing(in: directory, of: codes)
                    #expect(log.contains("/api/v1/wx/phone"))
                    for ledger in [ledger, codes] { Self.expectNone(of: ledger, in: Data(log.utf8), "the log") }
                }
            }.get()
        }
    }
}
