import Testing

@testable import WeChatSimulator

@Suite struct `A user's session_key` {
    private var user = SimulatedUser(openid: "o1", unionid: nil)
    private var generator = SeededGenerator(seed: 1)

    @Test mutating func `changes with each login under the policy always, and the newest three are kept`() {
        var keys: [String] = []
        for _ in 0..<5 { keys.append(user.sessionKey(at: start, policy: .always, using: &generator)) }
        #expect(Set(keys).count == 5)
        #expect(user.sessionKeys == keys.suffix(3).reversed())
    }

    @Test mutating func `stays while the user is active under the policy keep`() {
        let key = user.sessionKey(at: start, policy: .keepWhileActive, using: &generator)
        let threeDays: Duration = .seconds(3 * 86_400)
        let later = start + threeDays
        #expect(user.sessionKey(at: later, policy: .keepWhileActive, using: &generator) == key)
        // Use extended its life: three more days are fine, a millisecond more is not.
        let muchLater = later + threeDays
        #expect(user.sessionKey(at: muchLater, policy: .keepWhileActive, using: &generator) == key)
        let tooLate = muchLater + threeDays + .milliseconds(1)
        #expect(user.sessionKey(at: tooLate, policy: .keepWhileActive, using: &generator) != key)
    }

    @Test mutating func `stays as its owner set it until it is unpinned`() {
        user.pin(sessionKey: "tiihtNczf5v6AKRyjwEUhQ==")
        for _ in 0..<3 {
            #expect(user.sessionKey(at: start, policy: .always, using: &generator) == "tiihtNczf5v6AKRyjwEUhQ==")
        }
        user.pin(sessionKey: "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(user.sessionKeys.count == 1)
        user.unpinSessionKey()
        #expect(user.sessionKey(at: start, policy: .always, using: &generator) != "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(user.sessionKeys.last == "tiihtNczf5v6AKRyjwEUhQ==")
    }

    @Test mutating func `is not in any description`() {
        user.pin(sessionKey: "tiihtNczf5v6AKRyjwEUhQ==")
        var dumped = "\(user) \(String(reflecting: user))"
        dump(user, to: &dumped)
        #expect(!dumped.contains("tiiht"))
    }
}

@Test func `no description shows a secret or a code`() throws {
    var state = makeState()
    let code = try state.mintCode(appid: nil, user: .new, at: start)
    let app = try state.app(nil)
    var dumped = "\(app) \(String(reflecting: app)) \(code) \(String(reflecting: code))"
    dump(app, to: &dumped)
    dump(code, to: &dumped)
    #expect(!dumped.contains(DefaultApp.secret))
    #expect(!dumped.contains(code.code))
}
