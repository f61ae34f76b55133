internal import WeChat

/// A user with his session_keys as one row of bytes, for stores that keep them in memory: a million users are a million
/// blocks of memory and not ten million, and a login of one of them touches three cache lines and not ten.
///
/// Rows do not outlive the process, so their form has no number.
enum UserRowCodec {
    /// Bits of the byte that says what of a user is there.
    private struct Members: OptionSet {
        let rawValue: UInt8
        static let id = Members(rawValue: 1)
        static let unionID = Members(rawValue: 2)
        static let profile = Members(rawValue: 4)
        static let avatar = Members(rawValue: 8)
        static let phone = Members(rawValue: 16)
    }

    /// Members, id and two times.
    private static let numberBytesMax = 1 + 8 + 8 + 8
    /// What varies in length: names, unionid, profile, phone number.
    private static let fieldsMax = 6

    // MARK: - Writing

    /// Bytes that the row of a user takes at most, without those of his keys.
    static func countMax(of user: User) -> Int {
        var count = numberBytesMax + fieldsMax * RowWriter.lengthByteCount
        count += user.key.appID.utf8.count + user.key.openID.utf8.count + (user.unionID?.utf8.count ?? 0)
        if let profile = user.profile { count += profile.nickName.utf8.count + (profile.avatarURL?.utf8.count ?? 0) }
        return count + (user.phone?.bytes.count ?? 0)
    }

    /// Puts the row of a user up to his keys, which ``SessionKeysCodec`` puts.
    static func put(_ user: User, into row: inout RowWriter) {
        var members: Members = []
        if user.id != nil { members.insert(.id) }
        if user.unionID != nil { members.insert(.unionID) }
        if user.profile != nil { members.insert(.profile) }
        if user.profile?.avatarURL != nil { members.insert(.avatar) }
        if user.phone != nil { members.insert(.phone) }
        row.put(members.rawValue)
        row.put(user.createdAt)
        row.put(user.lastLoginAt)
        row.put(user.key.appID)
        row.put(user.key.openID)
        if let id = user.id { row.put(id) }
        if let unionID = user.unionID { row.put(unionID) }
        if let profile = user.profile { row.put(profile.nickName) }
        if let avatar = user.profile?.avatarURL { row.put(avatar) }
        if let phone = user.phone { row.put(phone) }
    }

    // MARK: - Reading

    /// The user of a row; nil for what is no row.
    static func user(in bytes: Span<UInt8>) -> User? {
        do throws(RowCursor.Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            let appID = try RowCursor.text(head.appID, in: bytes)
            let openID = try RowCursor.text(head.openID, in: bytes)
            var user = User(key: User.Key(appID: appID, openID: openID), createdAt: 0, lastLoginAt: 0)
            return read(bytes, into: &user) ? user : nil
        } catch {
            return nil
        }
    }

    /// Fills in what a row says of the user whose it is.
    ///
    /// - Returns: whether it is a row; if not, some of it may have been filled in.
    static func read(_ bytes: Span<UInt8>, into user: inout User) -> Bool {
        do throws(RowCursor.Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            user.createdAt = head.createdAt
            user.lastLoginAt = head.lastLoginAt
            if head.members.isEmpty { return true }
            if head.members.contains(.id) { user.id = try row.time(in: bytes) }
            if head.members.contains(.unionID) { user.unionID = try text(&row, in: bytes) }
            if head.members.contains(.profile) {
                let nickName = try text(&row, in: bytes)
                let avatarURL = head.members.contains(.avatar) ? try text(&row, in: bytes) : nil
                user.profile = UserProfile(nickName: nickName, avatarURL: avatarURL)
            }
            if head.members.contains(.phone) {
                let phone = bytes.extracting(try row.field(in: bytes))
                user.phone = SealedRecord(bytes: phone.indices.map { phone[$0] })
            }
            return true
        } catch {
            return false
        }
    }

    /// What every row begins with.
    private struct Head {
        let members: Members
        let createdAt: Int64
        let lastLoginAt: Int64
        let appID: Range<Int>
        let openID: Range<Int>
    }

    private static func head(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(RowCursor.Malformed) -> Head {
        Head(
            members: Members(rawValue: try row.number(in: bytes)),
            createdAt: try row.time(in: bytes),
            lastLoginAt: try row.time(in: bytes),
            appID: try row.field(in: bytes),
            openID: try row.field(in: bytes)
        )
    }

    private static func text(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(RowCursor.Malformed) -> String {
        try RowCursor.text(row.field(in: bytes), in: bytes)
    }
}
