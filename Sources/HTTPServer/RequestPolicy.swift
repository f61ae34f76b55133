/// What concerns every request of a listener, whatever its route: CORS, for instance. Loop-confined.
public protocol RequestPolicy {
    /// The whole reply to a request that no route is to see; nil for all others.
    func response(to request: Request) -> Response?

    /// Header fields that every reply to this request gets, also an error.
    func fields(for request: Request) -> [(String, String)]
}
