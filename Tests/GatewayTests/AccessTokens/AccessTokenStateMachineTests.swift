import Testing
import WeChat

@testable import Gateway

@Suite struct AccessTokenStateMachineTests {
    private var machine = AccessTokenStateMachine<String>()

    private mutating func ask(_ id: Int, at now: Int64 = 0) -> String {
        switch machine.ask(id: id, waiter: "w\(id)", now: now) {
        case .use(let token): token.string
        case .fetch: "fetch"
        case .wait: "wait"
        case .refuse: "refuse"
        }
    }

    private mutating func fetched(_ token: String, expiresIn: Int = 7200, at now: Int64 = 0) throws -> [String] {
        let token = try #require(AccessToken(token))
        return machine.fetchEnded(.success(IssuedAccessToken(token: token, expiresIn: expiresIn)), now: now)
    }

    @Test mutating func `the first who asks fetches for everybody`() throws {
        #expect(ask(1) == "fetch")
        #expect(ask(2) == "wait")
        #expect(ask(3) == "wait")
        #expect(try fetched("a") == ["w1", "w2", "w3"])
        #expect(ask(4) == "a")
    }

    @Test mutating func `a token is used until a minute before its end`() throws {
        #expect(ask(1) == "fetch")
        _ = try fetched("a", expiresIn: 7200, at: 5_000)
        #expect(ask(2, at: 5_000 + 7_140_000 - 1) == "a")
        #expect(ask(3, at: 5_000 + 7_140_000) == "fetch")
    }

    @Test(arguments: [1, 59, 60]) mutating func `a token at its end serves those who waited for it, and nobody later`(
        expiresIn: Int
    ) throws {
        #expect(ask(1) == "fetch")
        #expect(try fetched("a", expiresIn: expiresIn) == ["w1"])
        #expect(ask(2) == "fetch")
    }

    @Test mutating func `after a failure the next one fetches`() {
        #expect(ask(1) == "fetch")
        #expect(ask(2) == "wait")
        #expect(machine.fetchEnded(.failure(.timeout), now: 0) == ["w1", "w2"])
        #expect(ask(3) == "fetch")
    }

    @Test mutating func `who leaves is not woken, and the fetch goes on without anybody`() throws {
        #expect(ask(1) == "fetch")
        #expect(ask(2) == "wait")
        machine.leave(id: 1)
        #expect(ask(3) == "wait")
        machine.leave(id: 2)
        machine.leave(id: 3)
        #expect(ask(4) == "wait")
        machine.leave(id: 4)
        #expect(try fetched("a") == [])
        #expect(ask(5) == "a")
    }

    @Test mutating func `a dead token is dropped only while it is the current one`() throws {
        let old = try #require(AccessToken("old"))
        let new = try #require(AccessToken("new"))
        #expect(ask(1) == "fetch")
        _ = try fetched("old")
        machine.reject(old)
        #expect(ask(2) == "fetch")
        machine.reject(old)
        _ = try fetched("new")
        machine.reject(old)
        #expect(ask(3) == "new")
        machine.reject(new)
        #expect(ask(4) == "fetch")
    }

    @Test mutating func `those who wait are bounded`() {
        #expect(ask(0) == "fetch")
        for id in 1..<AccessTokenStateMachine<String>.waitersMax { #expect(ask(id) == "wait") }
        #expect(ask(-1) == "refuse")
        machine.leave(id: 7)
        #expect(ask(-2) == "wait")
    }
}
