/// When forced refreshes were made, and whether one more is allowed (wechat-api.md section 3; contract section 5).
struct ForcedRefreshBudget: Equatable, Sendable {
    /// The last ones, oldest first, Unix milliseconds.
    var times: [Int64] = []
}
