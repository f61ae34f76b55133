import Gateway
import TestSupport
import Testing

@testable import SQLiteStore

/// Transactions of many steps against what they should come to: a batch stages sessions, writes users at once, and both
/// share rows.
@Suite struct StoreModelTests {
    /// What the store should say.
    private struct Model {
        struct Person {
            var createdAt: Int64
            var id: Int64?
        }

        var people: [User.Key: Person] = [:]
        var sessions: [User.Key: UserSessions] = [:]
    }

    private static let names = (0..<5).map { StoreSamples.user("o\($0)") }

    /// One random step, done by both.
    private static func step(
        _ tables: StoreTables,
        _ model: inout Model,
        now: Int64,
        sid: String,
        _ random: inout SeededGenerator
    ) throws(SQLiteError) {
        guard let key = names.randomElement(using: &random) else { return }
        let limit = Int.random(in: 0...2, using: &random)
        let session = StoreSamples.session(sid, expiresAt: now + .random(in: 1...30, using: &random))
        func open(_ sessions: inout UserSessions) {
            sessions.open(session, identity: UserIdentity(), limit: limit, now: now)
        }
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1, 2:
            let recorded = try tables.users.prepare(UserLogin(key: key, now: now))
            try tables.sessions.step(
                key,
                { open(&$0) },
                write: { state throws(SQLiteError) in try tables.users.write(recorded, sessions: state) }
            )
            #expect(recorded.isNew == (model.people[key] == nil))
            if recorded.isNew { model.people[key] = Model.Person(createdAt: now) }
            open(&model.sessions[key, default: UserSessions()])
        case 3:
            let isNew = try tables.users.recordLogin(UserLogin(key: key, now: now)).isNew
            #expect(isNew == (model.people[key] == nil))
            if isNew { model.people[key] = Model.Person(createdAt: now) }
        case 4:
            tables.sessions.step(key) { sessions in
                open(&sessions)
                return ((), true)
            }
            open(&model.sessions[key, default: UserSessions()])
        case 5:
            #expect(try tables.users.erase(key) == (model.people.removeValue(forKey: key) != nil))
        case 6:
            tables.sessions.erase(key)
            model.sessions[key] = nil
        case 7:
            let saved = try tables.users.saveProfile(StoreSamples.profile(sid), of: key)
            #expect((saved == nil) == (model.people[key] == nil))
            if let id = model.people[key]?.id { #expect(saved?.id == id) }
            model.people[key]?.id = saved?.id
        default:
            for _ in 0..<SessionIndex.shareCount { tables.sessions.sweep(now: now) }
            try tables.users.sweep(now: now * 1_000)
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `whatever steps a transaction has, and whether it comes to its end, users and sessions are as they should be`(
        seed: UInt64
    ) async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        var model = Model()
        var random = SeededGenerator(seed: seed)
        var sids: [(User.Key, String)] = []
        var ids: Set<Int64> = []
        for round in 0..<80 {
            let now = Int64(round / 2 + 1)
            let count = Int.random(in: 1...12, using: &random)
            let isGivenUp = Int.random(in: 0..<4, using: &random) == 0
            let before = (model, random)
            let (steps, generator) = (model, random)
            let outcome = Locked((steps, generator))
            do throws(StoreError) {
                try await store.client.ask(.write) { tables throws(SQLiteError) in
                    // Done once more by itself if its batch fails.
                    var (model, random) = (steps, generator)
                    for number in 0..<count {
                        try Self.step(tables, &model, now: now, sid: "s\(round)-\(number)", &random)
                    }
                    outcome.withLock { $0 = (model, random) }
                    if isGivenUp { throw SQLiteError(1, while: "test") }
                }
                #expect(!isGivenUp)
                (model, random) = outcome.withLock { $0 }
            } catch {
                #expect(isGivenUp)
                (model, random) = (before.0, outcome.withLock { $0.1 })
            }
            sids += Self.names.flatMap { key in (0..<count).map { (key, "s\(round)-\($0)") } }
            if round % 10 == 9 {
                store.close()
                store = try directory.open()
            }
            for key in Self.names {
                let user = try await store.users.user(key)
                #expect(user?.createdAt == model.people[key]?.createdAt)
                #expect(user?.id == model.people[key]?.id)
            }
            for (key, sid) in sids.suffix(150) {
                let found = store.index.lookup(key, StoreSamples.token(sid), now: now)
                let wanted = (model.sessions[key] ?? UserSessions()).lookup(StoreSamples.token(sid), now: now)
                let isLive = if case .live = found { true } else { false }
                let shouldBe = if case .live = wanted { true } else { false }
                #expect(isLive == shouldBe, "\(key.openID) \(sid) in round \(round)")
            }
            let new = model.people.values.compactMap(\.id).filter { id in
                !before.0.people.values.contains { $0.id == id }
            }
            for id in new { #expect(ids.insert(id).inserted, "\(id) was given before") }
        }
        store.close()
        let database = try directory.connect()
        let users = try database.integer("SELECT count(*) FROM users WHERE created_at IS NOT NULL", action: "test")
        #expect(users == Int64(model.people.count))
        let people = try database.integer("SELECT count(DISTINCT appid || openid) FROM users", action: "test")
        #expect(try database.integer("SELECT count(*) FROM users", action: "test") == people)
        let empty = "SELECT count(*) FROM users WHERE created_at IS NULL AND sessions IS NULL"
        #expect(try database.integer(empty, action: "test") == 0)
    }
}
