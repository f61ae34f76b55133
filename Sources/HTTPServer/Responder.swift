public import HTTP

/// Answers the requests of one loop's connections. Loop-confined; each loop has its own.
public protocol Responder: AnyObject {
    /// What is to become of the body, asked as soon as the head of a request with a body is complete.
    func bodyHandling(for head: RequestHead) -> BodyHandling

    /// Header fields for the reply when the server itself refuses a request whose head is known.
    func fields(for request: Request) -> [(String, String)]

    /// Answers one request, on the loop; the task is cancelled when the client hangs up.
    func respond(to request: Request, with writer: consuming ResponseWriter) async
}

extension Responder {
    /// Bodies are collected.
    public func bodyHandling(for head: RequestHead) -> BodyHandling { .collect }

    /// None.
    public func fields(for request: Request) -> [(String, String)] { [] }
}
