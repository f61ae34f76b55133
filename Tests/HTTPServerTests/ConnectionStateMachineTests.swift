import HTTP
import Testing

@testable import HTTPServer

/// Each event in each state; the tables are whole, so a new state or event has to be decided here too.
@Suite struct ConnectionStateMachineTests {
    typealias Machine = ConnectionStateMachine
    typealias State = ConnectionStateMachine.State

    static let states: [State] = [
        .idle, .receivingHead, .receivingBody, .serving, .parked, .sending(thenClose: false),
        .sending(thenClose: true), .lingering, .closed,
    ]

    static func machine(in state: State) -> Machine {
        var machine = Machine()
        switch state {
        case .idle: break
        case .receivingHead: _ = machine.inputAdvanced(to: .head)
        case .receivingBody: _ = machine.inputAdvanced(to: .body)
        case .serving: machine.requestArrived()
        case .parked:
            machine.requestArrived()
            _ = machine.replyParked()
        case .sending(let thenClose):
            machine.requestArrived()
            _ = machine.replied(queued: true, keepAlive: !thenClose)
        case .lingering:
            machine.inputRefused()
            _ = machine.replied(queued: false, keepAlive: false)
        case .closed: machine.aborted()
        }
        return machine
    }

    @Test(arguments: states) func `the tables start from the state they name`(state: State) {
        #expect(Self.machine(in: state).state == state)
    }

    @Test(arguments: states) func `bytes go to the parser only between requests, and a closed machine says so`(
        state: State
    ) {
        let machine = Self.machine(in: state)
        #expect(machine.isReceiving == [.idle, .receivingHead, .receivingBody].contains(state))
        #expect(machine.isClosed == (state == .closed))
    }

    // MARK: - Input

    @Test(arguments: [
        (State.idle, RequestParser.Phase.idle, State.idle, Machine.InputAction.keepDeadline),
        (.idle, .head, .receivingHead, .arm(.head)),
        (.idle, .body, .receivingBody, .arm(.body)),
        (.receivingHead, .head, .receivingHead, .keepDeadline),
        (.receivingHead, .body, .receivingBody, .arm(.body)),
        (.receivingBody, .body, .receivingBody, .keepDeadline),
    ]) func `a timeout starts with the first byte of head and body and is not extended by more of them`(
        state: State,
        phase: RequestParser.Phase,
        next: State,
        action: Machine.InputAction
    ) {
        var machine = Self.machine(in: state)
        #expect(machine.inputAdvanced(to: phase) == action)
        #expect(machine.state == next)
    }

    @Test(arguments: states.filter { !machine(in: $0).isReceiving }) func `input that is not parsed changes nothing`(
        state: State
    ) {
        for phase in [RequestParser.Phase.idle, .head, .body] {
            var machine = Self.machine(in: state)
            #expect(machine.inputAdvanced(to: phase) == .keepDeadline)
            #expect(machine.state == state)
        }
    }

    @Test(arguments: [State.idle, .receivingHead, .receivingBody]) func `a whole request is served from any phase`(
        state: State
    ) {
        var machine = Self.machine(in: state)
        machine.requestArrived()
        #expect(machine.state == .serving)
        #expect(!machine.mustAnnounceClose)
    }

    @Test func `a second request while one is served is a bug that traps`() async {
        await #expect(processExitsWith: .failure) {
            var machine = ConnectionStateMachine()
            machine.requestArrived()
            machine.requestArrived()
        }
    }

    @Test func `refusing input while a request is served is a bug that traps`() async {
        await #expect(processExitsWith: .failure) {
            var machine = ConnectionStateMachine()
            machine.requestArrived()
            machine.inputRefused()
        }
    }

    // MARK: - Replies

    @Test func `a reply keeps the connection for the next request, again and again`() {
        var machine = Machine()
        for _ in 0..<3 {
            #expect(machine.inputAdvanced(to: .head) == .arm(.head))
            machine.requestArrived()
            #expect(machine.replied(queued: false, keepAlive: true) == .receive(.idle))
            #expect(machine.state == .idle)
        }
    }

    @Test func `a reply to a request that is the last closes`() {
        var machine = Self.machine(in: .serving)
        #expect(machine.replied(queued: false, keepAlive: false) == .close)
        #expect(machine.isClosed)
    }

    @Test(arguments: [true, false]) func `a reply that waits for the peer decides only when it is out`(keepAlive: Bool)
    {
        var machine = Self.machine(in: .serving)
        #expect(machine.replied(queued: true, keepAlive: keepAlive) == .awaitDrain(.write))
        #expect(machine.state == .sending(thenClose: !keepAlive))
        #expect(machine.drained() == (keepAlive ? .receive(.idle) : .close))
        #expect(machine.state == (keepAlive ? .idle : .closed))
    }

    @Test(arguments: states.filter { $0 != .serving && $0 != .parked }) func `a reply that nobody waits for closes`(
        state: State
    ) {
        var machine = Self.machine(in: state)
        #expect(machine.replied(queued: false, keepAlive: true) == .close)
    }

    @Test(arguments: states) func `only a reply that waited can drain`(state: State) {
        var machine = Self.machine(in: state)
        let action = machine.drained()
        switch state {
        case .sending(let thenClose): #expect(action == (thenClose ? .close : .receive(.idle)))
        default:
            #expect(action == nil)
            #expect(machine.state == state)
        }
    }

    // MARK: - Parked replies

    @Test(arguments: states) func `only a parked reply is parked`(state: State) {
        #expect(Self.machine(in: state).isParked == (state == .parked))
    }

    @Test(arguments: [
        (true, false, false, Machine.ReplyAction.receive(.idle), State.idle),
        (false, false, false, .close, .closed), (true, true, false, .close, .closed),
        (false, true, false, .close, .closed),
        (true, false, true, .awaitDrain(.write), .sending(thenClose: false)),
        (false, false, true, .awaitDrain(.write), .sending(thenClose: true)),
        (true, true, true, .awaitDrain(.write), .sending(thenClose: true)),
        (false, true, true, .awaitDrain(.write), .sending(thenClose: true)),
    ]) func `a parked reply keeps or closes its connection as any other`(
        keepAlive: Bool,
        drains: Bool,
        queued: Bool,
        action: Machine.ReplyAction,
        next: State
    ) {
        var machine = Self.machine(in: .parked)
        if drains { #expect(machine.drain() == .answerParked) }
        #expect(machine.mustAnnounceClose == drains)
        #expect(machine.replied(queued: queued, keepAlive: keepAlive) == action)
        #expect(machine.state == next)
    }

    @Test(arguments: [
        (false, false, Machine.DrainAction.ignore, State.parked), (false, true, .answerParked, .parked),
        (true, false, .close, .closed), (true, true, .close, .closed),
    ]) func `parking looks at what happened while the handler ran`(
        peerEnded: Bool,
        drains: Bool,
        action: Machine.DrainAction,
        next: State
    ) {
        var machine = Self.machine(in: .serving)
        if peerEnded { #expect(machine.peerEnded(broken: false) == .cancelHandler) }
        if drains { #expect(machine.drain() == .ignore) }
        #expect(machine.replyParked() == action)
        #expect(machine.state == next)
    }

    @Test func `a parked reply behind half a request lingers for the rest`() {
        var machine = Machine()
        machine.requestArrived(isWhole: false)
        #expect(machine.replyParked() == .ignore)
        #expect(machine.mustAnnounceClose)
        #expect(machine.replied(queued: false, keepAlive: true) == .linger(.linger))
    }

    @Test func `a parked reply's time passes as often as it asks`() {
        var machine = Self.machine(in: .parked)
        for _ in 0..<3 { #expect(machine.deadlineExpired() == .wakeParked) }
        #expect(machine.drain() == .answerParked)
        #expect(machine.drain() == .answerParked)
        #expect(machine.state == .parked)
    }

    @Test func `parking what nobody serves is a bug that traps`() async {
        await #expect(processExitsWith: .failure) {
            var machine = ConnectionStateMachine()
            _ = machine.replyParked()
        }
    }

    // MARK: - A body that is not waited for

    @Test(arguments: [State.idle, .receivingHead, .receivingBody])
    func `a request without the rest of its body is served as the last one, then lingers`(state: State) {
        var machine = Self.machine(in: state)
        machine.requestArrived(isWhole: false)
        #expect(machine.state == .serving)
        #expect(machine.mustAnnounceClose && machine.isInputLost)
        #expect(machine.replied(queued: false, keepAlive: true) == .linger(.linger))
    }

    @Test func `a peer that has left is not lingered for behind half a request`() {
        var machine = Machine()
        machine.requestArrived(isWhole: false)
        #expect(machine.peerEnded(broken: false) == .cancelHandler)
        #expect(machine.replied(queued: false, keepAlive: true) == .close)
    }

    @Test(arguments: states) func `input is lost only where it says so`(state: State) {
        #expect(Self.machine(in: state).isInputLost == (state == .lingering))
    }

    // MARK: - Refusal

    @Test(arguments: [State.idle, .receivingHead, .receivingBody]) func `refused input is answered, then lingers`(
        state: State
    ) {
        var machine = Self.machine(in: state)
        machine.inputRefused()
        #expect(machine.mustAnnounceClose)
        #expect(machine.replied(queued: false, keepAlive: true) == .linger(.linger))
        #expect(machine.state == .lingering)
    }

    @Test func `a refusal that waits for the peer lingers behind its last byte`() {
        var machine = Machine()
        machine.inputRefused()
        #expect(machine.replied(queued: true, keepAlive: true) == .awaitDrain(.write))
        #expect(machine.state == .sending(thenClose: true))
        #expect(machine.drained() == .linger(.linger))
    }

    @Test func `a refusal does not linger for a peer that has ended`() {
        var machine = Machine()
        machine.inputRefused()
        #expect(machine.peerEnded(broken: false) == .cancelHandler)
        #expect(machine.replied(queued: false, keepAlive: false) == .close)
        #expect(machine.isClosed)
    }

    // MARK: - The peer ends

    @Test(arguments: [
        (State.idle, Machine.EndAction.close, Machine.EndAction.close),
        (.receivingHead, .close, .close), (.receivingBody, .close, .close),
        (.serving, .cancelHandler, .cancelHandler), (.parked, .close, .close),
        (.sending(thenClose: false), .ignore, .close), (.sending(thenClose: true), .ignore, .close),
        (.lingering, .close, .close), (.closed, .ignore, .ignore),
    ]) func `a FIN ends what waits for input, a broken connection everything but the handler`(
        state: State,
        onFIN: Machine.EndAction,
        onBreak: Machine.EndAction
    ) {
        for (broken, action) in [(false, onFIN), (true, onBreak)] {
            var machine = Self.machine(in: state)
            #expect(machine.peerEnded(broken: broken) == action, "broken: \(broken)")
            #expect(machine.isClosed == (action == .close || state == .closed), "broken: \(broken)")
        }
    }

    @Test func `after a FIN the requests that came before it are served, then the connection closes`() {
        var machine = Self.machine(in: .serving)
        #expect(machine.peerEnded(broken: false) == .cancelHandler)
        #expect(machine.replied(queued: false, keepAlive: true) == .receive(.idle))
        machine.requestArrived()
        #expect(machine.replied(queued: false, keepAlive: true) == .receive(.idle))
        #expect(machine.inputExhausted() == .close)
        #expect(machine.isClosed)
    }

    @Test(arguments: states) func `running out of input means nothing before a FIN`(state: State) {
        var machine = Self.machine(in: state)
        #expect(machine.inputExhausted() == .ignore)
        #expect(machine.state == state)
    }

    @Test func `a server that stops looks at what waits, and closes if that was no request`() {
        var machine = Self.machine(in: .idle)
        #expect(machine.drain(hasInput: true) == .ignore)
        #expect(machine.inputExhausted() == .close)
        #expect(machine.isClosed)
        machine = Self.machine(in: .idle)
        #expect(machine.drain(hasInput: true) == .ignore)
        #expect(machine.inputAdvanced(to: .head) == .arm(.head))
        #expect(machine.inputExhausted() == .ignore)
    }

    @Test func `a FIN while a reply waits closes behind the reply`() {
        var machine = Self.machine(in: .sending(thenClose: false))
        #expect(machine.peerEnded(broken: false) == .ignore)
        #expect(machine.drained() == .receive(.idle))
        #expect(machine.inputExhausted() == .close)
    }

    // MARK: - Timeouts

    @Test(arguments: [
        (State.idle, Machine.ExpiryAction.close), (.receivingHead, .refuseAsTooSlow),
        (.receivingBody, .refuseAsTooSlow), (.serving, .ignore), (.parked, .wakeParked),
        (.sending(thenClose: false), .close),
        (.sending(thenClose: true), .close), (.lingering, .close), (.closed, .ignore),
    ]) func `a timeout tells a slow sender, and closes on a slow reader or an idle one`(
        state: State,
        action: Machine.ExpiryAction
    ) {
        var machine = Self.machine(in: state)
        #expect(machine.deadlineExpired() == action)
        #expect(machine.isClosed == (action == .close || state == .closed))
    }

    // MARK: - Drain

    @Test(arguments: states) func `a drain closes what is idle and asks for what is parked, and nothing else`(
        state: State
    ) {
        var machine = Self.machine(in: state)
        let action: Machine.DrainAction =
            switch state {
            case .idle: .close
            case .parked: .answerParked
            default: .ignore
            }
        #expect(machine.drain() == action)
        #expect(machine.isClosed == (state == .idle || state == .closed))
    }

    @Test(arguments: [State.receivingHead, .receivingBody, .serving])
    func `a drain lets a request be answered once more`(
        state: State
    ) {
        var machine = Self.machine(in: state)
        #expect(machine.drain() == .ignore)
        if machine.isReceiving { machine.requestArrived() }
        #expect(machine.mustAnnounceClose)
        #expect(machine.replied(queued: false, keepAlive: true) == .close)
    }

    @Test(arguments: [true, false]) func `a drain closes behind a reply that waits for its peer`(thenClose: Bool) {
        var machine = Self.machine(in: .sending(thenClose: thenClose))
        #expect(machine.drain() == .ignore)
        #expect(machine.drained() == .close)
        #expect(machine.isClosed)
    }

    @Test(arguments: states) func `an abort closes from anywhere`(state: State) {
        var machine = Self.machine(in: state)
        machine.aborted()
        #expect(machine.isClosed)
    }
}
