import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct UserRowCodecTests {
    private static func users() -> [User] {
        let keys = [("wx4f4bc4dec97d474b", "oK3dF5w2kZ1x_4bL7aQ9-tR8yPmE"), ("", ""), ("wx", "用户")]
        let plain = UserProfile(nickName: "小明", avatarURL: nil)
        let pictured = UserProfile(nickName: "n", avatarURL: "https://a")
        let identities: [(Int64?, String?)] = [(nil, nil), (7, "oUnion"), (nil, ""), (.max, nil)]
        var users: [User] = []
        for (appID, openID) in keys {
            for profile in [nil, plain, pictured] {
                for phone in [nil, SessionSamples.sealed("phone"), SessionSamples.sealed("")] {
                    for (id, unionID) in identities {
                        let key = User.Key(appID: appID, openID: openID)
                        var user = User(key: key, unionID: unionID, id: id, createdAt: 5, lastLoginAt: .min)
                        user.profile = profile
                        user.phone = phone
                        users.append(user)
                    }
                }
            }
        }
        return users
    }

    private func row(of user: User) -> [UInt8] {
        RowWriter.bytes(countMax: UserRowCodec.countMax(of: user)) { UserRowCodec.put(user, into: &$0) }
    }

    @Test func `what was written is read again, with names or without`() {
        for user in Self.users() {
            let row = row(of: user)
            #expect(UserRowCodec.user(in: row.span) == user)
            var read = User(key: user.key, createdAt: 0, lastLoginAt: 0)
            #expect(UserRowCodec.read(row.span, into: &read))
            #expect(read == user)
        }
    }

    @Test func `what follows a user in his row is not read`() {
        for user in Self.users() {
            let row = row(of: user) + [1, 2, 3]
            #expect(UserRowCodec.user(in: row.span) == user)
        }
    }

    @Test func `each truncation is no row`() {
        for user in Self.users().prefix(20) {
            let row = row(of: user)
            for count in row.indices {
                let part = Array(row.prefix(count))
                #expect(UserRowCodec.user(in: part.span) == nil)
            }
        }
    }
}
