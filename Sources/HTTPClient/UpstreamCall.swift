/// One request under way, for whoever may have to give it up. Loop-confined.
public protocol UpstreamCall: AnyObject {
    /// False only if not one byte of the request was sent.
    var isRequestSent: Bool { get }

    /// Gives up: the caller is told nothing, and the connection of a request under way closes at once. Harmless when it
    /// has ended.
    func cancel()
}
