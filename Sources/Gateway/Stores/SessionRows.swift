internal import Synchronization

/// The sessions of all users in memory, each user's as one row of ``SessionsCodec``, spread over several locks. Any thread.
///
/// A row of one session takes some 150 bytes where the same in Swift values, with the names of its user, takes 450; and a
/// check is answered from the row, without taking it apart.
@safe package final class SessionRows: @unchecked Sendable {
    /// More than loops, so that two of them seldom want the same lock, and so many that going over one share of the users,
    /// or moving it because it has grown, takes a moment only, also with millions.
    package static let shareCount = 256

    /// A table and its lock, beside the others in the rows' memory: to find it, no reference is counted and no object
    /// read.
    @safe private struct Share {
        private let memory: UnsafeMutablePointer<Mutex<RowTable>>

        init(_ memory: UnsafeMutablePointer<Mutex<RowTable>>) {
            unsafe self.memory = unsafe memory
        }

        @inline(__always)
        func withLock<Result: Sendable>(_ body: (inout sending RowTable) -> sending Result) -> Result {
            unsafe memory.pointee.withLock(body)
        }
    }

    /// A user's sessions and the number that was kept with them.
    package struct Entry: Sendable {
        package var sessions: UserSessions
        package var number: Int64
    }

    private let digester = UserDigester.ofMemoryStores
    private let tables = UnsafeMutablePointer<Mutex<RowTable>>.allocate(capacity: shareCount)

    /// None.
    package init() {
        for turn in 0..<Self.shareCount { unsafe (tables + turn).initialize(to: Mutex(RowTable())) }
    }

    deinit {
        unsafe tables.deinitialize(count: Self.shareCount)
        unsafe tables.deallocate()
    }

    // MARK: - Names

    /// By what a user is named here.
    package func digest(of user: User.Key) -> UserDigest {
        digester.digest(of: user)
    }

    /// The same of the bytes of his names.
    package func digest(appID: Span<UInt8>, openID: Span<UInt8>) -> UserDigest {
        digester.digest(appID: appID, openID: openID)
    }

    // MARK: - Questions

    /// What a token finds.
    package func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup {
        let user = digest(of: user)
        return share(of: user).withLock { table in
            table.withRow(of: user) { bytes, _ in SessionsCodec.lookup(token, in: bytes, now: now) }
        } ?? .ended(.replaced)
    }

    /// What ``lookup(_:_:now:)`` says of a live session, shown to `show` under the lock, which therefore does little.
    ///
    /// - Parameter show: gets the session's standing and the user's unionid, when it is known, where that lies.
    @inline(__always)
    func check<Answer: Sendable>(
        _ user: UserDigest,
        _ token: TokenDigests,
        now: Int64,
        _ show: (SessionStanding, _ unionID: Span<UInt8>?) -> Answer
    ) -> SessionCheck<Answer> {
        share(of: user).withLock { table in
            guard let block = table.block(of: user) else { return .ended(.replaced) }
            return block.read { bytes, _ in
                switch SessionsCodec.standing(of: token, in: bytes, now: now) {
                case .ended(let reason): .ended(reason)
                case .live(let standing, nil): .live(show(standing, nil))
                case .live(let standing, let unionID?): .live(show(standing, bytes.extracting(unionID)))
                }
            }
        }
    }

    package func entry(of user: UserDigest) -> Entry? {
        share(of: user).withLock { Self.entry(of: user, in: $0) }
    }

    /// Some users of one share of all for whom time has ended something.
    package func expired(ofTurn turn: Int, max: Int, now: Int64) -> [UserDigest] {
        share(ofTurn: turn).withLock { table in
            var found: [UserDigest] = []
            table.forEach { user, bytes in
                if SessionsCodec.hasExpired(in: bytes, now: now) { found.append(user) }
                return found.count < max
            }
            return found
        }
    }

    /// Users of whom anything is kept; goes over all shares.
    package var userCount: Int {
        (0..<Self.shareCount).reduce(0) { $0 + share(ofTurn: $1).withLock { $0.count } }
    }

    /// Live sessions; goes over all of them.
    package var liveCount: Int {
        (0..<Self.shareCount).reduce(0) { sum, turn in
            share(ofTurn: turn).withLock { table in
                var sum = sum
                table.forEach { _, bytes in
                    sum += SessionsCodec.liveCount(in: bytes)
                    return true
                }
                return sum
            }
        }
    }

    // MARK: - Changes

    /// Keeps a row of ``SessionsCodec`` that is known to be one, with its number.
    package func set(_ row: Span<UInt8>, number: Int64, of user: UserDigest) {
        share(of: user).withLock { $0.set(row, number: number, of: user) }
    }

    package func remove(_ user: UserDigest) {
        share(of: user).withLock { $0.remove(user) }
    }

    /// One atomic step of a user's sessions.
    ///
    /// - Parameter step: gives the answer, and whether it changed something.
    package func step<Answer: Sendable>(
        _ user: UserDigest,
        _ step: (inout UserSessions) -> (Answer, hasChanged: Bool)
    ) -> Answer {
        share(of: user).withLock { table in
            var entry = Self.entry(of: user, in: table) ?? Entry(sessions: UserSessions(), number: 0)
            let (answer, hasChanged) = step(&entry.sessions)
            if hasChanged {
                // No sweep would find an empty one: nothing in it expires.
                if entry.sessions.isEmpty {
                    table.remove(user)
                } else {
                    Self.keep(entry, of: user, in: &table)
                }
            }
            return answer
        }
    }

    /// A login's step, as ``UserSessions/open(_:identity:limit:now:)`` decides it.
    package func open(_ session: Session, of user: UserDigest, identity: UserIdentity, limit: Int, now: Int64) {
        share(of: user).withLock { table in
            let replaced = table.withRow(of: user) { bytes, number in
                (isWhole: SessionsCodec.isReplaced(bytes, by: session, identity, limit: limit), number: number)
            }
            // Nor is anything left of no row.
            let (isWhole, number) = replaced ?? (true, 0)
            if isWhole {
                RowWriter.with(countMax: SessionsCodec.countMax(of: session, identity)) {
                    SessionsCodec.put(session, identity, into: &$0)
                } then: {
                    table.set($0, number: number, of: user)
                }
            } else {
                var entry = Self.entry(of: user, in: table) ?? Entry(sessions: UserSessions(), number: 0)
                entry.sessions.open(session, identity: identity, limit: limit, now: now)
                Self.keep(entry, of: user, in: &table)
            }
        }
    }

    // MARK: - Inside

    private static func keep(_ entry: Entry, of user: UserDigest, in table: inout RowTable) {
        RowWriter.with(countMax: SessionsCodec.countMax(of: entry.sessions)) {
            SessionsCodec.put(entry.sessions, into: &$0)
        } then: {
            table.set($0, number: entry.number, of: user)
        }
    }

    private static func entry(of user: UserDigest, in table: borrowing RowTable) -> Entry? {
        table.withRow(of: user) { bytes, number in
            SessionsCodec.decode(bytes).map { Entry(sessions: $0, number: number) }
        } ?? nil
    }

    /// By the half of the digest that does not say the place within a table.
    private func share(of user: UserDigest) -> Share {
        share(ofTurn: Int(truncatingIfNeeded: user.high))
    }

    private func share(ofTurn turn: Int) -> Share {
        unsafe Share(tables + (turn & (Self.shareCount - 1)))
    }
}
