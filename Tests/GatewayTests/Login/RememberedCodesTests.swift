import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct RememberedCodesTests {
    private let phone = ClientIdentity(nonce: "n", address: nil)
    private let session: WeChatSession
    private let login: RememberedLogin

    init() throws {
        session = try GatewaySamples.weChatSession()
        login = try GatewaySamples.rememberedLogin()
    }

    private func record(_ number: Int) throws -> CodeRecord {
        let key = CodeKey(appID: "wx1", code: try #require(LoginCode("code-\(number)")))
        return CodeRecord(key, leader: phone)
    }

    @Test func `a code is found as its record, then as what a repeat needs, until its time is over`() throws {
        var codes = RememberedCodes(countMax: 10)
        let record = try record(1)
        #expect(codes.find(record.key, now: 0) == nil)
        codes.append(record, until: 100)
        #expect(codes.find(record.key, now: 99)?.record === record)
        codes.replace(record, by: try #require(RememberedCode(session, of: phone, login)))
        let found = try #require(codes.find(record.key, now: 99)?.opened?.repeated(by: phone))
        #expect(found.0 == session && found.1 == login)
        #expect(codes.find(record.key, now: 100) == nil)
        codes.forget(now: 99, max: 10)
        #expect(codes.count == 1)
        codes.forget(now: 100, max: 10)
        #expect(codes.count == 0)
        codes.replace(record, by: try #require(RememberedCode(session, of: phone, login)))
        #expect(codes.find(record.key, now: 0) == nil)
    }

    @Test func `it says what a dictionary says, however it grows, shrinks and drops`() throws {
        var generator = SeededGenerator(seed: 61)
        let countMax = 500
        var codes = RememberedCodes(countMax: countMax)
        var expected: [(record: CodeRecord, number: Int, forgetAt: Int64, isOpened: Bool)] = []
        for now in Int64(0)..<20_000 {
            let number = Int.random(in: 0..<2_000, using: &generator)
            // Crowds come and go.
            let lifetime: Int64 = now % 8_000 < 4_000 ? 700 : 20
            let forgetAt = max(expected.last?.forgetAt ?? 0, now + lifetime)
            if !expected.contains(where: { $0.number == number && $0.forgetAt > now }) {
                let record = try record(number)
                codes.append(record, until: forgetAt)
                expected.append((record, number, forgetAt, false))
                if expected.count > countMax { expected.removeFirst() }
            }
            if let opened = expected.indices.randomElement(using: &generator) {
                expected[opened].isOpened = true
                codes.replace(expected[opened].record, by: try #require(RememberedCode(session, of: phone, login)))
            }
            codes.forget(now: now, max: 3)
            for _ in 0..<3 {
                guard let first = expected.first, first.forgetAt <= now else { break }
                expected.removeFirst()
            }
            #expect(codes.count == expected.count)
            guard now % 1_000 == 0 else { continue }
            for number in 0..<2_000 {
                let known = expected.last { $0.number == number && $0.forgetAt > now }
                let found = codes.find(try record(number).key, now: now)
                #expect((found == nil) == (known == nil))
                #expect((found?.opened != nil) == (known?.isOpened ?? false))
                if let record = found?.record { #expect(record === known?.record) }
            }
        }
    }

    @Test func `an openid of the usual length fits, a longer one stays with its record`() throws {
        let sessionKey = self.session.sessionKey
        func sessionOf(openIDLength length: Int) -> WeChatSession {
            WeChatSession(openID: String(repeating: "o", count: length), unionID: "u", sessionKey: sessionKey)
        }
        for length in [1, 28, 32] {
            let code = try #require(RememberedCode(sessionOf(openIDLength: length), of: phone, login))
            #expect(code.repeated(by: phone)?.0.openID.utf8.count == length)
        }
        #expect(RememberedCode(sessionOf(openIDLength: 33), of: phone, login) == nil)
    }

    @Test func `it is for its client only, and shows nothing`() throws {
        let code = try #require(RememberedCode(session, of: phone, login))
        #expect(code.repeated(by: ClientIdentity(nonce: "m", address: nil)) == nil)
        #expect("\(code)" == "<RememberedCode, redacted>")
    }
}

extension RememberedCodes.Found {
    fileprivate var record: CodeRecord? { if case .record(let record) = self { record } else { nil } }
    fileprivate var opened: RememberedCode? { if case .opened(let code) = self { code } else { nil } }
}
