import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// "One exchange per code" (contract section 3), sentence by sentence.
@Suite struct CodeStateMachineTests {
    typealias Machine = CodeStateMachine<String>

    private let phone = ClientIdentity(nonce: nil, address: "192.0.2.1")
    private let stranger = ClientIdentity(nonce: nil, address: "192.0.2.2")
    private let nowhere = ClientIdentity(nonce: nil, address: nil)
    private let session: WeChatSession
    private let opened: OpenedLogin

    init() throws {
        session = try GatewaySamples.weChatSession()
        opened = OpenedLogin(
            issued: IssuedToken(
                token: BearerToken("s"),
                user: User.Key(appID: GatewaySamples.appID, openID: GatewaySamples.openID),
                digests: SessionSamples.token("s"),
                expiresAt: 1_000,
                expiresIn: 1_000
            ),
            seed: try GatewaySamples.rememberedLogin().seed,
            isNew: true
        )
    }

    /// `a` waits as 1, `b` as 2 and so on, each of the given client.
    private func machine(leader: ClientIdentity, waiting: [ClientIdentity]) -> Machine {
        var machine = Machine(leader: leader)
        for (index, client) in waiting.enumerated() {
            let name = String(UnicodeScalar(UInt8(97 + index)))
            #expect(machine.enter(client, id: index + 1, waiter: name, mayRepeat: true).text == "wait")
        }
        return machine
    }

    private func ended(_ machine: inout Machine) -> [String] {
        machine.exchangeEnded(.success(session)).map { "\($0.0) \($0.1.text)" }
    }

    // MARK: - While the exchange is in flight

    @Test func `requests that arrive while it is in flight wait for it, whoever they are and however they ask`() {
        var machine = Machine(leader: phone)
        #expect(machine.isExchanging)
        for (id, client) in [phone, stranger, nowhere].enumerated() {
            #expect(machine.enter(client, id: id, waiter: "w", mayRepeat: false).text == "wait")
            #expect(machine.enter(client, id: 10 + id, waiter: "w", mayRepeat: true).text == "wait")
        }
        #expect(machine.isExchanging)
    }

    @Test func `those of the same client get the same session, every other code_used`() {
        var machine = machine(leader: phone, waiting: [phone, stranger, phone, nowhere])
        #expect(ended(&machine) == ["a exchanged", "b used", "c exchanged", "d used"])
        #expect(!machine.isExchanging)
    }

    @Test func `an address that says nothing makes nobody the same client, but its first request owns the session`() {
        var machine = machine(leader: nowhere, waiting: [nowhere, nowhere])
        #expect(ended(&machine) == ["a exchanged", "b used"])
        #expect(machine.enter(nowhere, id: 9, waiter: "z", mayRepeat: true).text == "used")
    }

    @Test func `the same nonce is the same client wherever it is, another nonce never`() {
        let here = ClientIdentity(nonce: "n", address: "192.0.2.1")
        let roaming = ClientIdentity(nonce: "n", address: "198.51.100.7")
        let thief = ClientIdentity(nonce: "m", address: "192.0.2.1")
        var machine = machine(leader: here, waiting: [here, roaming, thief, phone])
        #expect(ended(&machine) == ["a exchanged", "b exchanged", "c used", "d used"])
    }

    @Test func `whoever waits longest owns the session when the one who began has gone`() {
        var machine = machine(leader: phone, waiting: [phone, stranger, phone, stranger])
        machine.leave(id: 1)
        #expect(ended(&machine) == ["b exchanged", "c used", "d exchanged"])
        #expect(machine.enter(stranger, id: 9, waiter: "z", mayRepeat: true).text == "exchanged")
        #expect(machine.enter(phone, id: 10, waiter: "z", mayRepeat: true).text == "used")
    }

    @Test func `when everybody left, the one who began owns the session and may still repeat`() {
        var machine = machine(leader: phone, waiting: [phone, stranger])
        machine.leave(id: 2)
        machine.leave(id: 1)
        machine.leave(id: 1)
        #expect(machine.isExchanging)
        #expect(ended(&machine).isEmpty)
        #expect(machine.enter(stranger, id: 9, waiter: "z", mayRepeat: true).text == "used")
        #expect(machine.enter(phone, id: 10, waiter: "z", mayRepeat: true).text == "exchanged")
    }

    @Test func `leaving without having waited, or after the end, changes nothing`() {
        var machine = machine(leader: phone, waiting: [phone])
        machine.leave(id: 99)
        #expect(ended(&machine) == ["a exchanged"])
        machine.leave(id: 1)
        #expect(machine.enter(phone, id: 2, waiter: "b", mayRepeat: true).text == "exchanged")
    }

    @Test func `so many wait and no more, and a place that is left can be taken`() {
        var machine = Machine(leader: phone)
        for id in 0..<Machine.waitersMax {
            guard case .wait = machine.enter(phone, id: id, waiter: "w", mayRepeat: true) else {
                Issue.record("refused at \(id)")
                return
            }
        }
        #expect(machine.enter(phone, id: -1, waiter: "w", mayRepeat: true).text == "refused")
        machine.leave(id: 17)
        #expect(machine.enter(phone, id: -1, waiter: "w", mayRepeat: true).text == "wait")
        #expect(machine.enter(phone, id: -2, waiter: "w", mayRepeat: true).text == "refused")
        #expect(machine.exchangeEnded(.success(session)).count == Machine.waitersMax)
    }

    // MARK: - After the exchange

    @Test func `a repeat of the same client by POST gets the session, by GET code_used`() {
        var machine = machine(leader: phone, waiting: [phone])
        #expect(ended(&machine) == ["a exchanged"])
        #expect(machine.enter(phone, id: 2, waiter: "b", mayRepeat: true).text == "exchanged")
        #expect(machine.enter(phone, id: 3, waiter: "b", mayRepeat: false).text == "used")
        #expect(machine.enter(stranger, id: 4, waiter: "b", mayRepeat: true).text == "used")
    }

    @Test func `a failed exchange is told to all in flight, whoever they are, and to those just behind`() {
        var machine = machine(leader: phone, waiting: [phone, stranger])
        let told = machine.exchangeEnded(.failure(.timeout)).map { "\($0.0) \($0.1.text)" }
        #expect(told == ["a failed: WeChat did not reply in time", "b failed: WeChat did not reply in time"])
        #expect(machine.enter(stranger, id: 9, waiter: "z", mayRepeat: true).text == "failed: \(WeChatError.timeout)")
        #expect(!machine.isExchanging)
    }

    @Test func `only the first end of an exchange counts`() {
        var machine = machine(leader: phone, waiting: [phone])
        #expect(ended(&machine) == ["a exchanged"])
        #expect(machine.exchangeEnded(.failure(.timeout)).isEmpty)
        #expect(machine.enter(phone, id: 2, waiter: "b", mayRepeat: true).text == "exchanged")
    }

    // MARK: - The session

    @Test func `the session is opened once, by the first who asks; others wait and get the same`() {
        var machine = machine(leader: phone, waiting: [phone, phone, phone])
        _ = ended(&machine)
        #expect(machine.login(waiter: "a").text == "open")
        #expect(machine.login(waiter: "b").text == "wait")
        #expect(machine.login(waiter: "c").text == "wait")
        let told = machine.loginEnded(.success(opened)).map { "\($0.0) \($0.1.text)" }
        #expect(told == ["b opened s", "c opened s"])
        #expect(machine.login(waiter: "d").text == "opened EBESExQVFhcYGRobHB0eHw")
        #expect(machine.loginEnded(.success(opened)).isEmpty)
    }

    @Test func `a failed opening is told to those who wait, and the next one tries again`() {
        var machine = machine(leader: phone, waiting: [phone, phone])
        _ = ended(&machine)
        #expect(machine.login(waiter: "a").text == "open")
        #expect(machine.login(waiter: "b").text == "wait")
        let told = machine.loginEnded(.failure(.storeUnavailable)).map { "\($0.0) \($0.1.text)" }
        #expect(told == ["b failed: storeUnavailable"])
        #expect(machine.login(waiter: "c").text == "open")
        #expect(machine.loginEnded(.success(opened)).isEmpty)
        #expect(machine.login(waiter: "d").text == "opened EBESExQVFhcYGRobHB0eHw")
    }

    @Test func `a repeat is let in while the session is being opened, and waits for it`() {
        var machine = machine(leader: phone, waiting: [phone])
        _ = ended(&machine)
        #expect(machine.login(waiter: "a").text == "open")
        #expect(machine.enter(phone, id: 2, waiter: "b", mayRepeat: true).text == "exchanged")
        #expect(machine.login(waiter: "b").text == "wait")
        #expect(machine.loginEnded(.success(opened)).map(\.0) == ["b"])
    }

    @Test func `an end of an opening that never began is ignored`() {
        var machine = machine(leader: phone, waiting: [phone])
        #expect(machine.loginEnded(.success(opened)).isEmpty)
        _ = ended(&machine)
        #expect(machine.loginEnded(.failure(.storeUnavailable)).isEmpty)
        #expect(machine.login(waiter: "a").text == "open")
    }
}

extension CodeStateMachine.EnterAction {
    fileprivate var text: String {
        switch self {
        case .wait: "wait"
        case .exchanged: "exchanged"
        case .used: "used"
        case .failed(let error): "failed: \(error)"
        case .refused: "refused"
        }
    }
}

extension CodeStateMachine.ExchangeOutcome {
    fileprivate var text: String {
        switch self {
        case .exchanged: "exchanged"
        case .used: "used"
        case .failed(let error): "failed: \(error)"
        }
    }
}

extension CodeStateMachine.LoginAction {
    fileprivate var text: String {
        switch self {
        case .open: "open"
        case .wait: "wait"
        case .opened(let opened): "opened \(opened.seed.tokenID.text)"
        }
    }
}

extension CodeStateMachine.LoginOutcome {
    fileprivate var text: String {
        switch self {
        case .opened(let opened): "opened \(opened.issued.token.string)"
        case .failed(let error): "failed: \(error)"
        }
    }
}
