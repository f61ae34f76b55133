import Testing
import WeChat

@testable import Gateway

@Suite struct AccessTokenVaultTests {
    private let store = ScriptedAccessTokenStore()
    private let recorder = LogRecorder()
    private let record: AccessTokenRecord

    init() throws {
        let token = try #require(AccessToken("a-token-that-nobody-may-see"))
        record = AccessTokenRecord(
            kept: KeptAccessToken(token: token, mode: .stable, obtainedAt: 1, expiresAt: 2),
            budget: ForcedRefreshBudget(times: [3])
        )
    }

    private func vault(key: UInt8 = 7, appID: String = "wx1") throws -> AccessTokenVault {
        AccessTokenVault(
            store: store,
            records: try RecordCipher(keys: [try DataKey(Array(repeating: key, count: 32))]),
            appID: appID,
            logger: recorder.logger()
        )
    }

    @Test func `a record is sealed in the store and read by the next start`() async throws {
        #expect(try await vault().load() == nil)
        try await vault().save(record)
        #expect(try await vault().load() == record)
        #expect(recorder.lines.isEmpty)
        let bytes = try #require(store.saved.first?.bytes)
        let token = Array("a-token-that-nobody-may-see".utf8)
        #expect(!bytes.indices.contains { bytes[$0...].starts(with: token) })
    }

    @Test func `a record under another data key, of another app or damaged counts as none, with a warning`()
        async throws
    {
        try await vault().save(record)
        #expect(try await vault(key: 8).load() == nil)
        let sealed = try #require(store.saved.first)
        store.put(sealed, of: "wx2")
        #expect(try await vault(appID: "wx2").load() == nil)
        var damaged = sealed.bytes
        damaged[damaged.count - 1] ^= 1
        store.put(SealedRecord(bytes: damaged), of: "wx1")
        #expect(try await vault().load() == nil)
        store.put(SealedRecord(bytes: []), of: "wx1")
        #expect(try await vault().load() == nil)
        #expect(recorder.lines.count == 4)
        #expect(recorder.lines.allSatisfy { $0.hasPrefix("warning the stored access_token cannot be read") })
        #expect(recorder.lines[1].contains("appid=wx2"))
    }

    @Test func `a record that opens and is of another form counts as none too`() async throws {
        let cipher = try RecordCipher(keys: [try DataKey(Array(repeating: 7, count: 32))])
        let row: [UInt8] = [9, 9]
        store.put(
            try cipher.seal(row.span, for: .accessToken, of: User.Key(appID: "wx1", openID: "")),
            of: "wx1"
        )
        #expect(try await vault().load() == nil)
        #expect(recorder.lines.first?.contains("not a record of this version") == true)
    }

    @Test func `a store that does not answer is no reason to take the token for lost`() async throws {
        store.fail(times: 2)
        await #expect(throws: StoreError.unavailable) { try await vault().load() }
        await #expect(throws: StoreError.unavailable) { try await vault().save(record) }
    }
}
