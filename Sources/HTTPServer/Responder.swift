public import HTTP

/// Answers the requests of one loop's connections. Loop-confined; each loop has its own.
public protocol Responder: AnyObject {
    /// What is to become of the body, asked as soon as the head of a request with a body is complete.
    func bodyHandling(for head: RequestHead) -> BodyHandling

    /// Header fields for the reply when the server itself refuses a request whose head is known.
    func fields(for request: Request) -> [(String, String)]

    /// Answers a request that needs no wait, from the read callback, so that it costs no task; nil for all others. The
    /// reply is sent as it is: with the request's id and whatever every reply gets.
    func respondNow(to request: Request) -> Response?

    /// Answers one request that ``respondNow(to:)`` left, on the loop; the task is cancelled when the client hangs up.
    func respond(to request: Request, with writer: consuming ResponseWriter) async
}

extension Responder {
    /// Bodies are collected.
    public func bodyHandling(for head: RequestHead) -> BodyHandling { .collect }

    /// Nothing is answered at once.
    public func respondNow(to request: Request) -> Response? { nil }

    /// None.
    public func fields(for request: Request) -> [(String, String)] { [] }
}
