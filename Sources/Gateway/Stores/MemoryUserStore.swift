internal import Synchronization
public import WeChat

/// Users in memory, gone with the process. Any thread.
///
/// Each user is one row of ``UserRowCodec`` and his keys, and the rows are spread over several locks, so that each call is
/// one atomic step of its user and loops seldom meet.
public final class MemoryUserStore: UserStore {
    /// More than loops, so that two of them seldom want the same lock, and so many that going over one share of the users,
    /// or moving it because it has grown, takes a moment only, also with millions.
    private static let shareCount = 256

    private final class Share: Sendable {
        let table = Mutex(RowTable())
    }

    private struct Numbers {
        var users: [Int64: UserDigest] = [:]
        var last: Int64 = 0
    }

    private let shares = (0..<MemoryUserStore.shareCount).map { _ in Share() }
    /// Asked within the step of a share, and never the other way round.
    private let numbers = Mutex(Numbers())
    private let digester = UserDigester.ofMemoryStores

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool) {
        record(login, of: digester.digest(of: login.key)) { _ in }
    }

    /// ``recordLogin(_:)`` at once.
    ///
    /// - Parameters:
    ///   - key: the user's, by ``UserDigester/ofMemoryStores``.
    ///   - and: done before anybody else comes to a user, so that no erasure falls between the two. Asks nothing
    ///     of this store.
    func record(_ login: UserLogin, of key: UserDigest, and: (User) -> Void) -> (user: User, isNew: Bool) {
        share(of: key).table.withLock { table in
            var user = User(key: login.key, createdAt: login.now, lastLoginAt: login.now)
            let keysByteCount = read(&user, of: key, in: table)
            user.lastLoginAt = login.now
            if let unionID = login.unionID { user.unionID = unionID }
            if let profile = login.profile { set(profile, of: &user, key) }
            keep(user, of: key, newest: login.sessionKey, beside: keysByteCount ?? 0, in: &table)
            and(user)
            return (user, keysByteCount == nil)
        }
    }

    /// As the protocol says.
    public func user(_ key: User.Key) async throws(StoreError) -> User? {
        let digest = digester.digest(of: key)
        return share(of: digest).table.withLock { table in
            var user = User(key: key, createdAt: 0, lastLoginAt: 0)
            return read(&user, of: digest, in: table) == nil ? nil : user
        }
    }

    /// As the protocol says.
    public func user(id: Int64) async throws(StoreError) -> User? {
        guard let key = numbers.withLock({ $0.users[id] }) else { return nil }
        let user = share(of: key).table.withLock { table in
            table.withRow(of: key) { bytes, _ in UserRowCodec.user(in: bytes) } ?? nil
        }
        // He may have been erased in the meantime, and come back.
        return user?.id == id ? user : nil
    }

    /// As the protocol says. Looks at everybody, which is good enough for tests.
    public func users(unionID: String) async throws(StoreError) -> [User] {
        var found: [User] = []
        for share in shares {
            share.table.withLock { table in
                table.forEach { _, bytes in
                    if let user = UserRowCodec.user(in: bytes), user.unionID == unionID { found.append(user) }
                    return true
                }
            }
        }
        return found.sorted { ($0.key.appID, $0.key.openID) < ($1.key.appID, $1.key.openID) }
    }

    /// As the protocol says.
    public func saveProfile(_ profile: UserProfile, of key: User.Key) async throws(StoreError) -> User? {
        change(key) { user, digest in set(profile, of: &user, digest) }
    }

    /// As the protocol says.
    public func savePhone(_ phone: SealedRecord, of key: User.Key) async throws(StoreError) -> User? {
        change(key) { user, _ in user.phone = phone }
    }

    /// As the protocol says.
    public func sessionKeys(of key: User.Key, now: Int64) async throws(StoreError) -> [SealedRecord] {
        let digest = digester.digest(of: key)
        return share(of: digest).table.withLock { table in
            table.withRow(of: digest) { bytes, userByteCount in
                let row = bytes.extracting(droppingFirst: Int(userByteCount))
                return SessionKeysCodec.decode(row.indices.map { row[$0] })?.usable(now: now) ?? []
            }
        } ?? []
    }

    /// As the protocol says.
    public func erase(_ key: User.Key) async throws(StoreError) -> Bool {
        let digest = digester.digest(of: key)
        return share(of: digest).table.withLock { table in
            var user = User(key: key, createdAt: 0, lastLoginAt: 0)
            guard read(&user, of: digest, in: table) != nil else { return false }
            table.remove(digest)
            if let id = user.id { numbers.withLock { _ = $0.users.removeValue(forKey: id) } }
            return true
        }
    }

    /// Displaced session_keys are few and small; the next login drops them.
    public func sweep(now: Int64) {}

    /// Memory always answers.
    public var trouble: String? { nil }

    // MARK: - Inside

    /// By the half of the digest that does not say the place within a table.
    private func share(of user: UserDigest) -> Share {
        shares[Int(truncatingIfNeeded: user.high) & (Self.shareCount - 1)]
    }

    /// Fills in what is kept of a user.
    ///
    /// - Returns: bytes of his keys; nil when nothing is kept.
    private func read(_ user: inout User, of key: UserDigest, in table: borrowing RowTable) -> Int? {
        table.withRow(of: key) { bytes, userByteCount in
            UserRowCodec.read(bytes, into: &user) ? bytes.count - Int(userByteCount) : nil
        } ?? nil
    }

    private func change(_ key: User.Key, _ change: (inout User, UserDigest) -> Void) -> User? {
        let digest = digester.digest(of: key)
        return share(of: digest).table.withLock { table in
            var user = User(key: key, createdAt: 0, lastLoginAt: 0)
            guard let keysByteCount = read(&user, of: digest, in: table) else { return nil }
            change(&user, digest)
            keep(user, of: digest, newest: nil, beside: keysByteCount, in: &table)
            return user
        }
    }

    /// Writes a user's row; its number is where his keys begin.
    ///
    /// - Parameters:
    ///   - newest: nil leaves his keys.
    ///   - keysByteCount: bytes of the keys that he has.
    private func keep(
        _ user: User,
        of key: UserDigest,
        newest: StoredSessionKey?,
        beside keysByteCount: Int,
        in table: inout RowTable
    ) {
        let keysByteCountMax = SessionKeysCodec.countMax(of: newest, beside: keysByteCount)
        var userByteCount = 0
        RowWriter.with(countMax: UserRowCodec.countMax(of: user) + keysByteCountMax) { row in
            UserRowCodec.put(user, into: &row)
            userByteCount = row.count
            let isKnown: Void? = table.withRow(of: key) { bytes, userByteCount in
                let keys = bytes.extracting(droppingFirst: Int(userByteCount))
                SessionKeysCodec.put(newest, over: keys, now: user.lastLoginAt, into: &row)
            }
            if isKnown == nil { SessionKeysCodec.put(newest, over: Span(), now: user.lastLoginAt, into: &row) }
        } then: { bytes in
            table.set(bytes, number: Int64(userByteCount), of: key)
        }
    }

    private func set(_ profile: UserProfile, of user: inout User, _ key: UserDigest) {
        user.profile = profile
        if user.id != nil { return }
        user.id = numbers.withLock { numbers in
            numbers.last += 1
            numbers.users[numbers.last] = key
            return numbers.last
        }
    }
}
