internal import WeChat

/// What the state machine of a pool wants done.
enum QRCodePoolAction<Waiter> {
    /// Have WeChat draw one code; then `arrived` or `failed`.
    case fetch(QRCodeFetch)
    /// Tell this one what it waits for.
    case answer(Waiter, QRCodeAnswer)
    /// Call `wake` when the clock shows this time, Unix milliseconds; replaces the time set before. A shell whose timer
    /// does not follow the clock wakes now and then, so that a changed clock is noticed.
    case wakeAt(Int64)
    /// Log a failure: it is another one than the last, or somebody waited.
    case tell(WeChatError)
    /// Log that codes come again.
    case tellRecovered
}

/// What a request of one loop brings about is done on another.
extension QRCodePoolAction: Sendable where Waiter: Sendable {}

/// One code that is being drawn.
struct QRCodeFetch: Equatable, Sendable {
    /// How many failures there were before it began: those of fetches that flew together count as one.
    let wave: Int
}

/// What somebody is told who asked for a code.
enum QRCodeAnswer: Sendable {
    /// His alone.
    case code(FreshCode)
    case refused(QRCodeRefusal)
}

/// Why there is no code.
enum QRCodeRefusal: Error, Equatable, Sendable {
    /// The last try failed; `.cancelled` when the gateway stops or whoever asked has hung up.
    case failed(WeChatError)
    /// So many codes were drawn in the last minute that the next one has to wait so many seconds, at least 1.
    case overBudget(retryAfterSeconds: Int)
    /// Too many wait already.
    case tooManyWait
}
