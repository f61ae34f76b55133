import Testing

@testable import Gateway

@Suite struct ForcedRefreshBudgetTests {
    private let begin: Int64 = 1_700_000_000_000
    private let day: Int64 = 86_400_000

    @Test func `the first is allowed at once, the next one after 31 seconds`() {
        var budget = ForcedRefreshBudget()
        let allowed1 = budget.allowedAt(by: .caller, now: begin)
        #expect(allowed1 <= begin)
        budget.spend(now: begin)
        let allowed2 = budget.allowedAt(by: .ownCall, now: begin)
        #expect(allowed2 == begin + 31_000)
        let allowed3 = budget.allowedAt(by: .caller, now: begin + 31_000)
        #expect(allowed3 <= begin + 31_000)
    }

    @Test func `no rolling day has more than 20, and callers have 15 of them`() {
        var budget = ForcedRefreshBudget()
        var made: [Int64] = []
        var now = begin
        while now < begin + 4 * day {
            let user: AccessTokenUser = made.count.isMultiple(of: 2) ? .caller : .ownCall
            if budget.allowedAt(by: user, now: now) <= now {
                let recent = made.filter { $0 > now - day }.count
                #expect(recent < (user == .caller ? 15 : 20))
                budget.spend(now: now)
                made.append(now)
            }
            now += 97_000
        }
        #expect(made.count > 60)
        #expect(budget.times.count <= 20)
    }

    @Test func `times of the future lock for a day and a minute at most`() {
        var budget = ForcedRefreshBudget(times: (0..<20).map { begin + 1000 * day + $0 })
        let allowed4 = budget.allowedAt(by: .ownCall, now: begin)
        #expect(allowed4 == begin + day + 60_000)
        let allowed5 = budget.allowedAt(by: .ownCall, now: begin + day + 60_000)
        #expect(allowed5 <= begin + day + 60_000)
    }

    @Test func `times that cannot be do not overflow`() {
        var budget = ForcedRefreshBudget(times: [Int64.min, 0, Int64.max])
        let allowed6 = budget.allowedAt(by: .ownCall, now: begin)
        #expect(allowed6 == begin + 31_000)
        #expect(budget.times == [begin])
    }

    @Test func `after a restart the last one may have been made until now`() {
        var budget = ForcedRefreshBudget(times: [begin])
        budget.restored(now: begin + 40_000)
        let allowed7 = budget.allowedAt(by: .ownCall, now: begin + 40_000)
        #expect(allowed7 == begin + 71_000)
        budget = ForcedRefreshBudget(times: [begin])
        budget.restored(now: begin + 91_000)
        #expect(budget.times == [begin])
    }

    @Test func `one that was not made is taken back`() {
        var budget = ForcedRefreshBudget()
        budget.spend(now: begin)
        budget.takeBack()
        #expect(budget == ForcedRefreshBudget())
    }

    @Test func `the last one moves only forward`() {
        var budget = ForcedRefreshBudget(times: [begin])
        budget.moveLast(to: begin - 1)
        #expect(budget.times == [begin])
        budget.moveLast(to: begin + 1)
        #expect(budget.times == [begin + 1])
    }
}
