import Testing

@testable import WeChatSimulator

@Suite struct `The lists of the control API` {
    private var state = makeState()
    private static let other = "wx0123456789abcdef"

    private mutating func get(_ path: String, _ query: String? = nil, at now: UnixTime = start) -> ControlReply {
        ControlEndpoint.answer("GET", path, query: query, body: [], at: now, in: &state)
    }

    private mutating func list(_ name: String, _ query: String? = nil, at now: UnixTime = start) throws -> [[String:
        Any]]
    {
        let path = name == "codes" ? "/sim/wxacodes" : "/sim/users"
        return try #require(try json(get(path, query, at: now).body)[name] as? [[String: Any]])
    }

    private mutating func post(_ path: String, _ body: String) throws -> [String: Any] {
        try json(ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: start, in: &state).body)
    }

    private mutating func makeCode(_ scene: String, _ members: String = "", at now: UnixTime = start) throws {
        let token = try state.token(at: now)
        _ = state.plan(.wxaCode(token: token, body: #"{"scene":"\#(scene)"\#(members)}"#), at: now)
    }

    private mutating func makeLink(_ query: String, at now: UnixTime = start) throws -> String {
        let token = try state.token(at: now)
        let body = #"{"path":"pages/login/index","query":"\#(query)","expire_time":\#(now.seconds + 180)}"#
        let answer = try state.answer(.urlLink(token: token, body: body), at: now)
        return try #require(answer["url_link"] as? String)
    }

    @Test mutating func `show codes and links, newest first, with their age`() throws {
        try makeCode("a", #","page":"pages/login/index","env_version":"trial","check_path":false"#)
        let link = try makeLink("x=1&scene=b%2B", at: start + .seconds(3))
        try makeCode("c", at: start + .seconds(5))
        let codes = try list("codes", at: start + .milliseconds(9900))
        #expect(codes.map { $0["scene"] as? String } == ["c", "b+", "a"])
        #expect(codes.map { $0["kind"] as? String } == ["code", "link", "code"])
        #expect(codes.map { $0["age_s"] as? Int } == [4, 6, 9])
        #expect(codes.map { $0["page"] as? String } == ["", "pages/login/index", "pages/login/index"])
        #expect(codes.map { $0["env_version"] as? String } == ["release", "release", "trial"])
        #expect(codes.map { $0["link"] as? String } == [nil, link, nil])
        #expect(codes[1]["expires_in_s"] as? Int == 173)
        #expect(codes.allSatisfy { $0["appid"] as? String == DefaultApp.appid })
    }

    @Test mutating func `show nothing of what was refused`() throws {
        try makeCode("a", #","page":"pages/new""#)
        #expect(try list("codes").isEmpty)
    }

    @Test mutating func `show as many codes as asked for, of the app asked for`() throws {
        for scene in ["a", "b", "c"] { try makeCode(scene) }
        _ = try post("/sim/apps", #"{"appid":"\#(Self.other)"}"#)
        #expect(try list("codes", "limit=2").map { $0["scene"] as? String } == ["c", "b"])
        #expect(try list("codes", "appid=\(DefaultApp.appid)&limit=200").count == 3)
        #expect(try list("codes", "appid=\(Self.other)").isEmpty)
        for query in ["limit=0", "limit=201", "limit=x", "appid=wx"] {
            #expect(get("/sim/wxacodes", query).status == 400)
        }
    }

    @Test mutating func `find a link by its ticket as long as it lives`() throws {
        let ticket = try #require(try makeLink("scene=b").split(separator: "=").last)
        let found = get("/sim/links/\(ticket)", at: start + .seconds(179))
        #expect(found.status == 200)
        #expect(try json(found.body)["scene"] as? String == "b")
        #expect(get("/sim/links/\(ticket)", at: start + .seconds(180)).status == 404)
        #expect(get("/sim/links/x").status == 404)
        let deletion = ControlEndpoint.answer("DELETE", "/sim/links/x", body: [], at: start, in: &state)
        #expect(deletion.allow == "GET")
    }

    @Test mutating func `show users with what is known of them, last come first`() throws {
        _ = try post("/sim/users", #"{"openid":"o1"}"#)
        _ = try post("/sim/login", #"{"user":"ann"}"#)
        _ = try post("/sim/users", #"{"user":"ann","nickName":"Ann","avatarUrl":"https://x.invalid/a"}"#)
        _ = try post("/sim/phone_codes", #"{"user":"ann","phone":"13900000000"}"#)
        let users = try list("users")
        #expect(users.count == 2)
        #expect(users[0]["openid"] as? String == DerivedIdentity(appid: DefaultApp.appid, name: "ann").openid)
        #expect(users[0]["user"] as? String == "ann")
        #expect(users[0]["nickName"] as? String == "Ann")
        #expect(users[0]["avatarUrl"] as? String == "https://x.invalid/a")
        #expect(users[0]["phone"] as? String == "13900000000")
        #expect(users[0]["blocked"] as? Bool == false)
        #expect(users[1].keys.sorted() == ["appid", "blocked", "openid"])
        #expect(try list("users", "limit=1").count == 1)
        #expect(get("/sim/users", "limit=201").status == 400)
        #expect(get("/sim/users", "appid=\(Self.other)").status == 400)
    }

    @Test mutating func `show the users of one app`() throws {
        _ = try post("/sim/apps", #"{"appid":"\#(Self.other)"}"#)
        _ = try post("/sim/users", #"{"openid":"o1"}"#)
        _ = try post("/sim/users", #"{"openid":"o2","appid":"\#(Self.other)"}"#)
        #expect(try list("users").map { $0["openid"] as? String } == ["o1"])
        #expect(try list("users", "appid=\(Self.other)").map { $0["openid"] as? String } == ["o2"])
    }

    @Test mutating func `show no session_key`() throws {
        _ = try post("/sim/login", #"{"openid":"o1"}"#)
        let key = try #require(state.users.values.first?.sessionKeys.first)
        #expect(!String(decoding: get("/sim/users").body, as: UTF8.self).contains(key))
    }

    @Test(arguments: [("/sim/users", "GET, POST"), ("/sim/wxacodes", "GET")])
    mutating func `name the methods of their paths`(path: String, allow: String) {
        let reply = ControlEndpoint.answer("DELETE", path, body: [], at: start, in: &state)
        #expect(reply.status == 405)
        #expect(reply.allow == allow)
    }
}

@Suite struct `What is remembered of codes and users` {
    @Test func `is bounded, and the newest stay`() {
        var book = EntranceBook()
        var roster = UserRoster()
        for number in 0..<5000 {
            book.add(
                Entrance(appid: "wx", scene: String(number), page: "", environment: .release, madeAt: start)
            )
            roster.note(SimulatedUser.Key(appid: "wx", openid: String(number)), name: nil)
        }
        let codes = book.newest(.max, of: nil)
        #expect(codes.count >= EntranceBook.entrancesKept)
        #expect(codes.count < 2 * EntranceBook.entrancesKept)
        #expect(codes.map(\.scene) == (0..<5000).reversed().prefix(codes.count).map(String.init))
        let users = roster.newest(.max, of: "wx")
        #expect(users.count >= UserRoster.usersKept)
        #expect(users.count < 2 * UserRoster.usersKept)
        #expect(users.map(\.user.openid) == (0..<5000).reversed().prefix(users.count).map(String.init))
    }

    @Test func `has each user once, with the last name and number`() throws {
        var roster = UserRoster()
        let (one, two) = (SimulatedUser.Key(appid: "wx", openid: "1"), SimulatedUser.Key(appid: "wx", openid: "2"))
        roster.note(one, name: "a")
        roster.note(two, name: nil)
        roster.note(one, name: "b")
        roster.note(one, name: nil)
        roster.note(one, phone: .sample)
        roster.note(SimulatedUser.Key(appid: "wx", openid: "3"), phone: .sample)
        let users = roster.newest(9, of: "wx")
        #expect(users.map(\.user) == [two, one])
        #expect(users.last?.note == UserRoster.Note(name: "b", phone: .sample))
    }
}
