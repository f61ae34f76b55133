/// What becomes of the body of a request.
public enum BodyHandling: Sendable, Equatable {
    /// It comes with the request; over `HTTPLimits.bodyBytesMax` the request is refused.
    case collect
    /// It is read and dropped, so that the connection can go on; over `HTTPLimits.discardedBytesMax` the request comes
    /// without the rest of it.
    case discard
}
