import Testing

@testable import HTTPClient

@Suite struct AdmissionTests {
    @Test func `as many start as may run, then as many wait, then none`() {
        let admission = Admission<Int>(inflightMax: 2, waitingMax: 1)
        #expect(admission.arrive(1) == .start)
        #expect(admission.arrive(2) == .start)
        #expect(admission.arrive(3) == .wait(ticket: 0))
        #expect(admission.arrive(4) == .refuse)
    }

    @Test func `whoever waited longest takes the place of one that leaves`() {
        let admission = Admission<Int>(inflightMax: 1, waitingMax: 3)
        for entry in 1...4 { _ = admission.arrive(entry) }
        #expect(admission.leave() == 2)
        #expect(admission.leave() == 3)
        #expect(admission.inflight == 1)
        #expect(admission.leave() == 4)
        #expect(admission.leave() == nil)
        #expect(admission.inflight == 0)
    }

    @Test func `one that gave up is skipped and its place in the queue is free`() {
        let admission = Admission<Int>(inflightMax: 1, waitingMax: 2)
        _ = admission.arrive(1)
        #expect(admission.arrive(2) == .wait(ticket: 0))
        #expect(admission.arrive(3) == .wait(ticket: 1))
        admission.abandon(ticket: 0)
        #expect(admission.arrive(4) == .wait(ticket: 2))
        admission.abandon(ticket: 0)
        #expect(admission.leave() == 3)
        #expect(admission.leave() == 4)
        #expect(admission.leave() == nil)
    }

    @Test func `emptying the queue gives the waiting in order`() {
        let admission = Admission<Int>(inflightMax: 1, waitingMax: 9)
        for entry in 1...5 { _ = admission.arrive(entry) }
        #expect(admission.removeAllWaiting() == [2, 3, 4, 5])
        #expect(admission.leave() == nil)
        #expect(admission.arrive(6) == .start)
    }
}
