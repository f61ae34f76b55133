import Foundation
import Gateway
import Synchronization
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Codes, tokens, app secrets and session_keys stay out of logs, the latter two out of replies too (contract
    /// section 2).
    @Suite struct SecretTests {
        /// Everything that was said in one test, and what nobody may find in it.
        private final class Ledger: Sendable {
            let replies = Mutex<[String]>([])
            let neverLogged = Mutex<Set<String>>([DefaultApp.secret])
            let neverReplied = Mutex<Set<String>>([DefaultApp.secret])

            func keep(_ reply: HTTPReply) {
                let head = reply.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
                replies.withLock { $0.append("\(head)\n\(reply.text)") }
                if let token = try? reply.json()["token"] as? String { _ = neverLogged.withLock { $0.insert(token) } }
            }

            func hide(code: String) { _ = neverLogged.withLock { $0.insert(code) } }

            func hide(key: String) {
                for form in [key, key.replacingOccurrences(of: "=", with: ""), Ledger.hex(key)] {
                    _ = neverLogged.withLock { $0.insert(form) }
                    _ = neverReplied.withLock { $0.insert(form) }
                }
            }

            private static func hex(_ base64: String) -> String {
                (Data(base64Encoded: base64) ?? Data()).map { String(format: "%02x", $0) }.joined()
            }
        }

        @Test func `no log line and no reply holds a secret, whether logins succeed or fail`() async throws {
            let log = CapturedLog()
            let ledger = Ledger()
            try await withGateway({
                $0.loops = 2
                $0.bases = 2
                $0.logger = log.logger
                $0.configure = {
                    $0.upstream.timeoutMilliseconds = 300
                    // Port 1 is never listened on, so each call changes its base first.
                    $0.upstream.bases.insert("http://127.0.0.1:1", at: 0)
                }
            }) { harness in
                let client = try harness.connect()
                let faults: [Fault?] = [
                    nil, .errcode(-1), .errcode(40029), .errcode(40125), .errcode(40163), .errcode(40164),
                    .errcode(45011),
                    .errcode(12345, errmsg: "odd"), .hang, .reset, .close, .html200, .html502, .empty, .halfJSON,
                    .hugeJSON, .array, .openidMissing, .openidNumber, .extraFields, .escapedSlashes,
                ]
                for (index, fault) in faults.enumerated() {
                    let key = Data((0..<16).map { UInt8(truncatingIfNeeded: 31 * index + $0) }).base64EncodedString()
                    try harness.simulator.updateUser(.openid("o-\(index)")) { $0.pin(sessionKey: key) }
                    harness.simulator.setFaults(FaultPlan(rules: fault.map { [FaultRule($0)] } ?? []))
                    let code = try harness.code(of: "o-\(index)")
                    ledger.hide(code: code)
                    ledger.hide(key: key)
                    ledger.keep(try client.logIn(code))
                    ledger.keep(try client.get("\(KeepAliveClient.login)?code=\(code)"))
                    let data = #"{"code":"\#(code)","encryptedData":"\#(UserDataVectors.encryptedA)","iv":"AAAA"}"#
                    ledger.keep(try client.post(KeepAliveClient.login, json: data))
                }
                let login = try client.logIn(harness.code())
                ledger.keep(login)
                if let token = try login.json()["token"] as? String {
                    ledger.keep(try client.session(token))
                    ledger.keep(try client.logOut(token))
                    ledger.keep(try client.session(token))
                    ledger.keep(try client.session(token + "x"))
                    ledger.keep(try client.get("/api/v1/wx/\(token)"))
                }
                for input in BadInput.unreadableOnes {
                    let other = try harness.connect()
                    other.sendBytes(input.bytes)
                    ledger.keep(try other.reply())
                }
            }
            let lines = log.lines
            #expect(lines.contains { $0.contains("call of WeChat failed") })
            #expect(lines.contains { $0.contains("no connection to a base") })
            for secret in ledger.neverLogged.withLock({ $0 }) {
                #expect(!lines.contains { $0.contains(secret) })
            }
            let replies = ledger.replies.withLock { $0 }
            #expect(replies.count > 100)
            for secret in ledger.neverReplied.withLock({ $0 }) {
                #expect(!replies.contains { $0.contains(secret) })
            }
            #expect(!replies.contains { $0.contains("session_key\":") })
        }

        @Test func `an outage is an error line once a minute, not once a request`() async throws {
            let log = CapturedLog()
            let clock = ManualClock()
            try await withGateway({
                $0.logger = log.logger
                $0.clock = clock.wallClock
            }) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(40125))]))
                let client = try harness.connect()
                func errors() -> Int { log.lines.count { $0.hasPrefix("error ") } }
                for _ in 0..<10 { #expect(try client.logIn(harness.code()).status == 502) }
                #expect(errors() == 1)
                clock.advance(milliseconds: 60_000)
                for _ in 0..<10 { #expect(try client.logIn(harness.code()).status == 502) }
                #expect(errors() == 2)
            }
            // Who reads it must find the app, the reason and the request.
            let line = try #require(log.lines.first { $0.hasPrefix("error ") })
            for part in [DefaultApp.appid, "40125", "code2Session", "request_id", "rid"] {
                #expect(line.contains(part))
            }
        }
    }
}
