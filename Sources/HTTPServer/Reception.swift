internal import HTTP

/// What a connection holds to receive requests: hundreds of bytes, so a connection that waits for long has none.
final class Reception {
    var parser: RequestParser
    /// The request that its task has not taken yet.
    var ready: Request?

    init(limits: HTTPLimits) {
        parser = RequestParser(limits: limits)
    }
}
