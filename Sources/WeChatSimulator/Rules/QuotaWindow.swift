/// Counts uses within the current window, such as a calendar minute or a day.
///
/// WeChat says "retry next minute", so a window starts with the minute and not with the first use.
struct QuotaWindow: Sendable {
    private var window: Int64 = .min
    private var used = 0

    /// Takes one use out of the window. Returns false, and counts nothing, when the limit is already reached.
    mutating func take(limit: Int = .max, in window: Int64) -> Bool {
        if window != self.window {
            self.window = window
            used = 0
        }
        guard used < limit else { return false }
        used += 1
        return true
    }

    /// How many uses were taken out of the window.
    func used(in window: Int64) -> Int {
        window == self.window ? used : 0
    }
}
