import Testing

@testable import WeChat

@Suite struct CallPlanTests {
    static let busy = WeChatRefusal(errcode: -1, errmsg: "system error")
    static let refused = WeChatError.connection(reason: "refused")

    @Test func `one base gets all of the time`() {
        let plan = CallPlan(baseCount: 1, timeoutMilliseconds: 3000, now: 100)
        #expect(plan.resume(now: 100) == .send(base: 0, timeoutMilliseconds: 3000, connectTimeoutMilliseconds: 3000))
        #expect(plan.resume(now: 3099) == .send(base: 0, timeoutMilliseconds: 1, connectTimeoutMilliseconds: 1))
        #expect(plan.resume(now: 3100) == .fail(.timeout))
    }

    @Test func `each base leaves time for those after it`() {
        var plan = CallPlan(baseCount: 3, timeoutMilliseconds: 3000, now: 0)
        #expect(plan.resume(now: 0) == .send(base: 0, timeoutMilliseconds: 3000, connectTimeoutMilliseconds: 1000))
        #expect(
            plan.wasNotSent(.timeout, now: 1000)
                == .send(base: 1, timeoutMilliseconds: 2000, connectTimeoutMilliseconds: 1000)
        )
        #expect(
            plan.wasNotSent(Self.refused, now: 1200)
                == .send(base: 2, timeoutMilliseconds: 1800, connectTimeoutMilliseconds: 1800)
        )
        #expect(plan.wasNotSent(Self.refused, now: 1300) == .fail(Self.refused))
    }

    @Test func `when the time is over no further base is tried`() {
        var plan = CallPlan(baseCount: 2, timeoutMilliseconds: 3000, now: 0)
        #expect(plan.wasNotSent(.timeout, now: 3000) == .fail(.timeout))
    }

    @Test func `busy is tried again twice, after waits that grow, at the same base`() {
        var plan = CallPlan(baseCount: 2, timeoutMilliseconds: 3000, now: 0)
        #expect(plan.wasBusy(Self.busy, now: 10, jitter: 0) == .wait(milliseconds: 50))
        #expect(plan.resume(now: 60) == .send(base: 0, timeoutMilliseconds: 2940, connectTimeoutMilliseconds: 1470))
        #expect(plan.wasBusy(Self.busy, now: 70, jitter: 0.5) == .wait(milliseconds: 150))
        #expect(plan.wasBusy(Self.busy, now: 300, jitter: 0) == .fail(.busy(Self.busy)))
    }

    @Test(arguments: [0, 0.25, 0.999]) func `the waits stay within their bounds`(jitter: Double) {
        var plan = CallPlan(baseCount: 1, timeoutMilliseconds: 3000, now: 0)
        guard case .wait(let first) = plan.wasBusy(Self.busy, now: 0, jitter: jitter) else {
            Issue.record("no wait")
            return
        }
        #expect((50..<100).contains(first))
        guard case .wait(let second) = plan.wasBusy(Self.busy, now: 0, jitter: jitter) else {
            Issue.record("no wait")
            return
        }
        #expect((100..<200).contains(second))
    }

    @Test func `busy without time for another answer stays busy`() {
        var plan = CallPlan(baseCount: 2, timeoutMilliseconds: 100, now: 0)
        #expect(plan.wasBusy(Self.busy, now: 50, jitter: 0) == .fail(.busy(Self.busy)))
        #expect(plan.wasBusy(Self.busy, now: 49, jitter: 0) == .wait(milliseconds: 50))
    }
}
