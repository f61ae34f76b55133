import Testing

@testable import HTTPClient

@Suite struct UpstreamConnectionStateMachineTests {
    private typealias Machine = UpstreamConnectionStateMachine

    private func error(
        _ code: ClientError.Code,
        sent: Bool = false,
        _ stage: ClientError.Trace.Stage,
        fault: Int? = nil,
        system: Int32? = nil
    ) -> Machine.Step {
        let trace = ClientError.Trace(stage: stage, certificateFault: fault, systemError: system)
        return .fail(ClientError(code, requestSent: sent, curlCode: nil, trace: trace))
    }

    /// One that has answered a request.
    private func kept(isTLS: Bool = false) -> Machine {
        var machine = Machine(isTLS: isTLS, connectsBy: 100, endsBy: 1000)
        _ = machine.resolved(addressCount: 1, now: 0)
        _ = machine.connected()
        _ = machine.secured()
        machine.sent(isComplete: true)
        #expect(machine.replied(mayKeep: true) == .keep)
        return machine
    }

    @Test func `a plain connection sends as soon as it is there, and is kept for the next request`() {
        var machine = Machine(isTLS: false, connectsBy: 100, endsBy: 1000)
        #expect(machine.resolvesBy == 100)
        #expect(machine.resolved(addressCount: 1, now: 10) == .connect(address: 0, until: 100))
        #expect(machine.connected() == .exchange(until: 1000))
        #expect(!machine.isRequestSent)
        machine.sent(isComplete: true)
        #expect(machine.isRequestSent)
        #expect(machine.replied(mayKeep: true) == .keep)
        #expect(machine.phase == .idle)
        #expect(machine.reuse(endsBy: 2000) == .exchange(until: 2000))
        #expect(!machine.isRequestSent)
    }

    @Test func `TLS comes before the request, within the time to connect`() {
        var machine = Machine(isTLS: true, connectsBy: 100, endsBy: 1000)
        _ = machine.resolved(addressCount: 1, now: 0)
        #expect(machine.connected() == .secure(until: 100))
        #expect(machine.secured() == .exchange(until: 1000))
    }

    @Test func `each address gets a fair share of what is left of the time`() {
        var machine = Machine(isTLS: false, connectsBy: 900, endsBy: 5000)
        #expect(machine.resolved(addressCount: 3, now: 0) == .connect(address: 0, until: 300))
        #expect(machine.connectFailed(systemError: 111, now: 100) == .connect(address: 1, until: 500))
        #expect(machine.expired(now: 500) == .connect(address: 2, until: 900))
        #expect(machine.connectFailed(systemError: 113, now: 600) == error(.connectFailed, .connecting, system: 113))
        #expect(machine.phase == .closed)
    }

    @Test func `without addresses the name is at fault`() {
        var machine = Machine(isTLS: false, connectsBy: 100, endsBy: 1000)
        #expect(machine.resolved(addressCount: 0, now: 0) == error(.resolveFailed, .resolving))
    }

    @Test func `the time to connect is told from the whole time`() {
        var resolving = Machine(isTLS: true, connectsBy: 100, endsBy: 1000)
        #expect(resolving.expired(now: 100) == error(.timedOut, .resolving))
        var securing = Machine(isTLS: true, connectsBy: 100, endsBy: 1000)
        _ = securing.resolved(addressCount: 2, now: 0)
        _ = securing.connected()
        var whole = securing
        #expect(securing.expired(now: 100) == error(.timedOut, .connecting))
        #expect(whole.expired(now: 1000) == error(.timedOut, .securing))
        var exchanging = Machine(isTLS: false, connectsBy: 100, endsBy: 1000)
        _ = exchanging.resolved(addressCount: 1, now: 0)
        _ = exchanging.connected()
        exchanging.sent(isComplete: true)
        #expect(exchanging.expired(now: 1000) == error(.timedOut, sent: true, .exchanging))
    }

    @Test func `a bad certificate, and an end before TLS, are no TLS`() {
        var bad = Machine(isTLS: true, connectsBy: 100, endsBy: 1000)
        _ = bad.resolved(addressCount: 1, now: 0)
        _ = bad.connected()
        var cut = bad
        #expect(bad.securingFailed(certificateFault: 10) == error(.tlsFailed, .securing, fault: 10))
        #expect(cut.ended() == error(.tlsFailed, .securing))
    }

    @Test func `a kept connection that was dead before the request is replaced, a new one is a failure`() {
        var machine = kept()
        _ = machine.reuse(endsBy: 2000)
        #expect(machine.sendFailed() == .replace)
        #expect(machine.phase == .closed)
        var new = Machine(isTLS: false, connectsBy: 100, endsBy: 1000)
        _ = new.resolved(addressCount: 1, now: 0)
        _ = new.connected()
        #expect(new.sendFailed() == error(.connectFailed, .securing))
    }

    @Test func `once a byte is out there is no second try`() {
        for isComplete in [false, true] {
            var machine = kept()
            _ = machine.reuse(endsBy: 2000)
            machine.sent(isComplete: isComplete)
            var written = machine
            #expect(machine.ended() == error(.connectionLost, sent: true, .exchanging))
            #expect(written.sendFailed() == error(.connectionLost, sent: true, .exchanging))
        }
    }

    @Test func `a reply before the whole request is a reply, and the end of the connection`() {
        var machine = kept()
        _ = machine.reuse(endsBy: 2000)
        machine.sent(isComplete: false)
        #expect(machine.replied(mayKeep: true) == .close)
    }

    @Test func `a reply that allows no other request ends the connection`() {
        var machine = kept()
        _ = machine.reuse(endsBy: 2000)
        machine.sent(isComplete: true)
        #expect(machine.replied(mayKeep: false) == .close)
        #expect(machine.phase == .closed)
    }

    @Test func `what is no reply fails with its reason`() {
        var machine = kept()
        _ = machine.reuse(endsBy: 2000)
        machine.sent(isComplete: true)
        #expect(machine.replyFailed(.malformedReply) == error(.malformedReply, sent: true, .exchanging))
    }

    @Test func `an unused connection ends when the peer ends it or its life is over`() {
        var ended = kept()
        #expect(ended.ended() == .close)
        var old = kept()
        #expect(old.expired(now: 50_000) == .close)
        #expect(old.expired(now: 50_001) == .wait)
    }

    @Test func `one whose address is gone ends, behind its request if there is one`() {
        var idle = kept()
        #expect(idle.retire() == .close)
        var busy = kept()
        _ = busy.reuse(endsBy: 2000)
        busy.sent(isComplete: true)
        #expect(busy.retire() == .wait)
        #expect(busy.replied(mayKeep: true) == .close)
    }

    @Test func `after the end nothing is done any more`() {
        var machine = kept()
        machine.abandon()
        #expect(machine.resolved(addressCount: 1, now: 0) == .wait)
        #expect(machine.connected() == .wait)
        #expect(machine.connectFailed(systemError: 1, now: 0) == .wait)
        #expect(machine.secured() == .wait)
        #expect(machine.securingFailed(certificateFault: nil) == .wait)
        #expect(machine.sendFailed() == .wait)
        #expect(machine.replyFailed(.malformedReply) == .wait)
        #expect(machine.ended() == .wait)
        #expect(machine.retire() == .wait)
    }
}
