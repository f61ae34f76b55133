public import HTTP

/// Answers the requests of one loop's connections. Loop-confined; each loop has its own.
public protocol Responder: AnyObject {
    /// What is to become of the body, asked as soon as the head of a request with a body is complete.
    func bodyHandling(for head: RequestHead) -> BodyHandling

    /// Header fields for the reply when the server itself refuses a request whose head is known.
    func fields(for request: Request) -> [(String, String)]

    /// Answers a request from the read callback, or promises to, so that it costs no task. A reply is sent as it is: with
    /// the request's id and whatever every reply gets.
    func answerNow(to request: Request) -> PromptAnswer

    /// What is sent when a promised reply comes: with the request's id and whatever every reply gets.
    func completed(_ response: consuming Response, of request: Request) -> Response

    /// What is sent when an error comes in place of a promised reply; nil for `CancellationError`: the client has gone.
    func failed(_ error: any Error, of request: Request) -> Response?

    /// Answers one request that ``answerNow(to:)`` left, on the loop; the task is cancelled when the client hangs up.
    func respond(to request: Request, with writer: consuming ResponseWriter) async
}

/// What a request comes to where it was read.
public enum PromptAnswer {
    /// The reply.
    case reply(Response)
    /// Who gives it soon.
    case promise(PromisedReply)
    /// A task has to serve it.
    case none
}

extension Responder {
    /// Bodies are collected.
    public func bodyHandling(for head: RequestHead) -> BodyHandling { .collect }

    /// Nothing is answered at once.
    public func answerNow(to request: Request) -> PromptAnswer { .none }

    /// The reply and its request's id.
    public func completed(_ response: consuming Response, of request: Request) -> Response {
        response.requestID = request.requestID
        return response
    }

    /// Our own fault.
    public func failed(_ error: any Error, of request: Request) -> Response? {
        error is CancellationError ? nil : Problem.internalError.response(requestID: request.id)
    }

    /// None.
    public func fields(for request: Request) -> [(String, String)] { [] }
}
