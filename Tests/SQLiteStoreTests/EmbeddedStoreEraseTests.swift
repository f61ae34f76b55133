import Foundation
import Gateway
import TestSupport
import Testing
import WeChat

@testable import SQLiteStore

/// Erasure (contract section 5): nothing of the user is in any file.
@Suite struct EmbeddedStoreEraseTests {
    @Test(arguments: [1, 3_000]) func `after an erasure no file has a byte of the user`(others: Int) async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        // Among others, so that pages split and cells move after him; long texts, so that some go to pages of their own.
        let user = StoreSamples.user("oErasedUser5000")
        let login = UserLogin(
            key: user,
            unionID: "oErasedUnion",
            profile: UserProfile(
                nickName: "ErasedNick",
                avatarURL: "https://erased.example/" + String(repeating: "x", count: 900)
            ),
            sessionKey: StoreSamples.key("ErasedKey"),
            now: 0
        )
        for number in 0..<others {
            if number == others / 2 {
                _ = try await store.users.recordLogin(login)
                _ = try await store.users.savePhone(StoreSamples.sealed("ErasedPhone"), of: user)
                try await store.sessions.open("s", of: user)
                _ = try await store.sessions.refresh(user, "s", to: "ErasedToken")
            }
            // On both sides of him in every index.
            let other = StoreSamples.user("oErasedUses\(number &* 7_919 % 10_007)")
            _ = try await store.users.recordLogin(
                UserLogin(key: other, unionID: "oErasedUnim\(number)", profile: StoreSamples.profile("n"), now: 0)
            )
            try await store.sessions.open("s\(number)", of: other)
        }
        for second in 1..<20 { _ = try await store.users.recordLogin(UserLogin(key: user, now: Int64(second))) }
        #expect(try directory.files(with: "oErasedUser5000") != [])
        #expect(try await store.users.erase(user))
        try await store.sessions.erase(user)
        for text in ["oErasedUser5000", "oErasedUnion", "ErasedNick", "erased.example", "ErasedKey", "ErasedPhone"] {
            #expect(try directory.files(with: text) == [], "\(text)")
        }
        #expect(try directory.files(with: "ErasedToken") == [])
    }

    /// Rows that grow make pages divide, and what moves leaves a copy in the gap of its old page.
    @Test(arguments: [4_096, 16] as [Int64])
    func `of hundreds erased among thousands nothing stays in the gaps of pages`(pagesAtOnce: Int64) async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.scrubbedPagesMax = pagesAtOnce
        let store = try directory.open(limits: limits)
        defer { store.close() }
        func name(_ number: Int) -> String { "oGapUser\(1_000_000 + number &* 7_919 % 100_003)x" }
        var random = SeededGenerator(seed: 7)
        for number in 0..<3_000 {
            let user = StoreSamples.user(name(number))
            _ = try await store.users.recordLogin(UserLogin(key: user, sessionKey: StoreSamples.key("k"), now: 0))
            try await store.sessions.open("s\(number)", of: user)
        }
        for round in 0..<3 {
            for number in (0..<3_000).shuffled(using: &random) where Bool.random(using: &random) {
                let key = StoreSamples.key("k\(round)" + String(repeating: "z", count: 70))
                let profile = UserProfile(
                    nickName: "n\(number)",
                    avatarURL: "https://a.example/" + String(repeating: "y", count: .random(in: 0..<90, using: &random))
                )
                let login = UserLogin(
                    key: StoreSamples.user(name(number)),
                    unionID: "oGapUnion\(number)",
                    profile: profile,
                    sessionKey: key,
                    now: 1
                )
                _ = try await store.users.recordLogin(login)
                try await store.sessions.open("s\(round)-\(number)", of: login.key, limit: 0)
            }
        }
        let erased = (0..<3_000).shuffled(using: &random).prefix(300).map(name)
        for openid in erased {
            #expect(try await store.users.erase(StoreSamples.user(openid)))
            try await store.sessions.erase(StoreSamples.user(openid))
        }
        // In a large file the pages come bit by bit, with each sweep.
        for second in 1..<400 where pagesAtOnce == 16 { try await sweep(store, second: second) }
        let files = try directory.contents().values.map { Data($0) }
        let found = erased.filter { openid in files.contains { $0.range(of: Data(openid.utf8)) != nil } }
        #expect(found.isEmpty)
        let check = try directory.connect().prepare("PRAGMA integrity_check", action: "test")
        #expect(try check.first { $0.text(0) } == "ok")
        #expect(try await store.users.user(StoreSamples.user("nobody")) == nil)
    }

    private func sweep(_ store: EmbeddedStore, second: Int) async throws {
        store.users.sweep(now: Int64(second) * 1_000)
        // A read is done after what was queued before it.
        _ = try await store.users.user(StoreSamples.user("nobody"))
    }

    @Test func `a session that is taken back after an erasure leaves no byte of its user`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        let user = StoreSamples.user("oErasedUser")
        try await store.sessions.open("s", of: user)
        #expect(try directory.files(with: "oErasedUser") != [])
        _ = try await store.sessions.end(user, StoreSamples.token("s"), as: .replaced, now: 1)
        #expect(try directory.files(with: "oErasedUser") == [])
        #expect(store.index.userCount == 0)
    }

    @Test func `while another process reads, the rest is erased by a later sweep`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.busyMax = 50
        let store = try directory.open(limits: limits)
        defer { store.close() }
        let user = StoreSamples.user("oErasedUser")
        _ = try await store.users.recordLogin(UserLogin(key: user, now: 0))
        let reader = try directory.connect()
        try reader.execute("BEGIN; SELECT count(*) FROM users", action: "test")
        #expect(try await store.users.erase(user))
        #expect(try await store.users.user(user) == nil)
        #expect(try directory.files(with: "oErasedUser") != [])
        try reader.execute("COMMIT", action: "test")
        store.users.sweep(now: 1_000)
        #expect(try await store.users.user(user) == nil)
        #expect(try directory.files(with: "oErasedUser") == [])
    }

    @Test func `what a start cannot take out of the log, because another process reads, a later sweep does`()
        async throws
    {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.busyMax = 50
        var store = try directory.open(limits: limits)
        let user = StoreSamples.user("oErasedUser")
        _ = try await store.users.recordLogin(UserLogin(key: user, now: 0))
        let reader = try directory.connect()
        try reader.execute("BEGIN; SELECT count(*) FROM users", action: "test")
        #expect(try await store.users.erase(user))
        store.close()
        store = try directory.open(limits: limits)
        defer { store.close() }
        #expect(try directory.files(with: "oErasedUser") != [])
        try reader.execute("COMMIT", action: "test")
        store.users.sweep(now: 1_000)
        #expect(try await store.users.user(user) == nil)
        #expect(try directory.files(with: "oErasedUser") == [])
    }
}
