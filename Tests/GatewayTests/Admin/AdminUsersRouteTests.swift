import HTTP
import HTTPServer
import Testing
import WeChat

@testable import Gateway

/// `GET` and `DELETE` on users, sentence by sentence (contract section 5).
@Suite struct AdminUsersRouteTests {
    private static let key = UserFixture.key
    private static let elsewhere = User.Key(appID: "wx2", openID: "o2")
    private static let times = #""createdAt":"2023-11-14T22:13:20Z","lastLoginAt":"2023-11-14T22:13:20Z""#
    private static let phone = #","phoneNumber":"+86135","purePhoneNumber":"135","countryCode":"86""#

    private let fixture: UserFixture
    private let route: AdminUsersRoute

    init() throws {
        fixture = try UserFixture()
        let keys = [
            try AdminKey(name: "all", key: "all"), try AdminKey(name: "users", key: "users", scopes: [.users]),
            try AdminKey(name: "phone", key: "phone", scopes: [.phone]),
            try AdminKey(name: "wx2", key: "wx2", scopes: [.users], appIDs: ["wx2"]),
        ]
        let authorization = AdminAuthorization(keys: AdminKeys(keys), logger: fixture.log.logger())
        route = AdminUsersRoute(authorization: authorization, users: fixture.administration)
    }

    private func get(_ query: String, _ key: String = "users") async -> String {
        await line { try await route.find(by: try GatewaySamples.authorized(.get, "/internal/v1/users?\(query)", key)) }
    }

    private func get(id: String, _ key: String = "users") async -> String {
        await line { try await route.find(by: try GatewaySamples.authorized(.get, "/", key), id: Substring(id)) }
    }

    private func delete(_ query: String, _ key: String = "users") async -> String {
        await line {
            try await route.erase(by: try GatewaySamples.authorized(.delete, "/internal/v1/users?\(query)", key))
        }
    }

    private func delete(id: String, _ key: String = "users") async -> String {
        await line { try await route.erase(by: try GatewaySamples.authorized(.delete, "/", key), id: Substring(id)) }
    }

    private func bindPhone(_ key: User.Key = Self.key) async throws {
        let number = PhoneNumber(phoneNumber: "+86135", purePhoneNumber: "135", countryCode: "86", appID: key.appID)
        let json = BoundPhone(number).json()
        _ = try await fixture.users.savePhone(try fixture.records.seal(json.span, for: .phone, of: key), of: key)
    }

    // MARK: - Reading

    @Test func `a user is found by id, and by appid and openid`() async throws {
        try await fixture.logIn(unionID: "u1", nickName: "n")
        let expected =
            #"200 {"id":"1","appid":"\#(Self.key.appID)","openid":"\#(Self.key.openID)","unionid":"u1","#
            + #""nickName":"n","avatarUrl":"https://a.example/n","isBindingMobile":false,\#(Self.times)}"#
        #expect(await get(id: "1") == expected)
        #expect(await get("appid=\(Self.key.appID)&openid=\(Self.key.openID)") == expected)
        #expect(await get("openid=\(Self.key.openID)") == expected)
    }

    @Test func `one who never saved a profile is found too, and of an app that is configured no more`() async throws {
        try await fixture.logIn(Self.elsewhere)
        #expect(
            await get("appid=wx2&openid=o2")
                == #"200 {"appid":"wx2","openid":"o2","isBindingMobile":false,\#(Self.times)}"#
        )
    }

    @Test func `the phone number is for keys that also have the scope phone`() async throws {
        try await fixture.logIn(nickName: "n")
        try await bindPhone()
        let without = await get(id: "1")
        #expect(without.contains(#""isBindingMobile":true"#) && !without.contains("135"))
        #expect(await get(id: "1", "all") == without.dropLast() + Self.phone + "}")
        #expect(await get("openid=\(Self.key.openID)", "all").contains(Self.phone))
        #expect(await get(id: "1", "phone") == "403 forbidden: The key lacks the scope users.")
    }

    @Test func `users of all apps are found by unionid`() async throws {
        #expect(await get("unionid=u1") == "404 not_found: There is no such user.")
        try await fixture.logIn(unionID: "u1")
        try await fixture.logIn(Self.elsewhere, unionID: "u1")
        try await bindPhone(Self.elsewhere)
        let found = await get("unionid=u1", "all")
        let first = #"{"appid":"wx2","openid":"o2","unionid":"u1","isBindingMobile":true,\#(Self.times)\#(Self.phone)}"#
        let second =
            #"{"appid":"\#(Self.key.appID)","openid":"\#(Self.key.openID)","unionid":"u1","#
            + #""isBindingMobile":false,\#(Self.times)}"#
        #expect(found == #"200 {"users":[\#(first),\#(second)]}"#)
        // A key for one app sees that app's users only.
        let limited = await get("unionid=u1", "wx2")
        #expect(limited.contains(#""openid":"o2""#) && !limited.contains(Self.key.openID))
    }

    @Test func `nobody is 404`() async {
        #expect(await get(id: "1") == "404 not_found: There is no such user.")
        #expect(await get("openid=o9") == "404 not_found: There is no such user.")
        #expect(await delete(id: "1") == "404 not_found: There is no such user.")
        #expect(await delete("openid=o9") == "404 not_found: There is no such user.")
        #expect(await delete("unionid=u9") == "404 not_found: There is no such user.")
    }

    @Test func `a key for other apps is 403, also for a user who is not there, and changes nothing`() async throws {
        try await fixture.logIn(nickName: "n")
        let refused = "403 forbidden: The key is not for this app."
        #expect(await get(id: "1", "wx2") == refused)
        #expect(await get("openid=\(Self.key.openID)", "wx2") == refused)
        #expect(await get("openid=o9", "wx2") == refused)
        #expect(await delete(id: "1", "wx2") == refused)
        #expect(await delete("openid=\(Self.key.openID)", "wx2") == refused)
        #expect(await get(id: "1").hasPrefix("200"))
    }

    @Test func `every call takes a key with the scope users`() async throws {
        for key in ["phone", "nobody"] {
            let expected = key == "phone" ? "403 forbidden" : "401 invalid_token"
            #expect(await get(id: "1", key).hasPrefix(expected))
            #expect(await get("openid=o", key).hasPrefix(expected))
            #expect(await delete(id: "1", key).hasPrefix(expected))
            #expect(await delete("openid=o", key).hasPrefix(expected))
        }
    }

    // MARK: - Erasing

    @Test(arguments: [true, false])
    func `an erasure takes all of a user with it`(byID: Bool) async throws {
        try await fixture.logIn(unionID: "u1", nickName: "n")
        let token = try await fixture.logIn()
        let web = try await fixture.logIn(channel: .web)
        try await bindPhone()
        let other = try await fixture.logIn(Self.elsewhere, unionID: "u1", nickName: "m")
        #expect(await (byID ? delete(id: "1") : delete("openid=\(Self.key.openID)")) == "204")
        #expect(try await fixture.users.user(Self.key) == nil)
        #expect(try await fixture.users.sessionKeys(of: Self.key, now: fixture.clock.milliseconds).isEmpty)
        #expect(try await fixture.store.sessions(of: Self.key, now: fixture.clock.wall.seconds).isEmpty)
        #expect(try await fixture.reason(of: token) == .replaced)
        #expect(try await fixture.reason(of: web) == .replaced)
        #expect(await get(id: "1") == "404 not_found: There is no such user.")
        #expect(try await fixture.reason(of: other) == nil)
        #expect(await get(id: "2").hasPrefix("200"))
        // He comes back as a new user, and nobody gets his id.
        try await fixture.logIn(nickName: "again")
        #expect(await get("openid=\(Self.key.openID)").contains(#""id":"3""#))
        let again = try #require(try await fixture.users.user(Self.key))
        #expect(again.phone == nil && again.unionID == nil)
    }

    @Test func `even the reason of a logout is forgotten`() async throws {
        let token = try await fixture.logIn()
        try await fixture.sessions.logOut(BearerToken(token))
        #expect(await delete("openid=\(Self.key.openID)") == "204")
        #expect(try await fixture.reason(of: token) == .replaced)
    }

    @Test func `one who never saved a profile, of an app that is configured no more, can be erased`() async throws {
        let token = try await fixture.logIn(Self.elsewhere)
        #expect(await delete("appid=wx2&openid=o2") == "204")
        #expect(try await fixture.users.user(Self.elsewhere) == nil)
        #expect(try await fixture.reason(of: token) == .replaced)
    }

    @Test func `by unionid all are erased whom the key may see`() async throws {
        try await fixture.logIn(unionID: "u1")
        try await fixture.logIn(Self.elsewhere, unionID: "u1")
        #expect(await delete("unionid=u1", "wx2") == "204")
        #expect(try await fixture.users.users(unionID: "u1").map(\.key) == [Self.key])
        #expect(await delete("unionid=u1", "wx2") == "404 not_found: There is no such user.")
        try await fixture.logIn(Self.elsewhere, unionID: "u1")
        #expect(await delete("unionid=u1") == "204")
        #expect(try await fixture.users.users(unionID: "u1").isEmpty)
    }

    @Test func `a session store that does not answer leaves the user, so that the erasure can be repeated`()
        async throws
    {
        try await fixture.logIn()
        let administration = UserAdministration(
            apps: fixture.apps,
            users: fixture.users,
            sessions: BrokenSessionStore(),
            records: fixture.records,
            erasures: fixture.erasures,
            clock: fixture.clock.wall
        )
        let key = try AdminKey(name: "n", key: "k")
        let error = await #expect(throws: GatewayError.self) {
            try await administration.erase(.key(Self.key), with: key)
        }
        #expect(error?.problem.error == "store_unavailable")
        #expect(try await fixture.users.user(Self.key) != nil)
    }

    @Test func `a session that is opened in the midst of an erasure does not outlive it`() async throws {
        try await fixture.logIn()
        let (store, now) = (fixture.store, fixture.clock.wall.seconds)
        let late = SessionSamples.session("late", createdAt: now, expiresAt: now + 100)
        let users = InterruptedUserStore(
            fixture.users,
            beforeErasure: {
                try? await store.open(late, of: Self.key, identity: UserIdentity(), limit: 1, now: now)
            }
        )
        let administration = UserAdministration(
            apps: fixture.apps,
            users: users,
            sessions: store,
            records: fixture.records,
            erasures: fixture.erasures,
            clock: fixture.clock.wall
        )
        try await administration.erase(.key(Self.key), with: try AdminKey(name: "n", key: "k"))
        #expect(try await store.lookup(Self.key, SessionSamples.token("late"), now: now) == .ended(.replaced))
        #expect(store.liveCount == 0)
    }
}
