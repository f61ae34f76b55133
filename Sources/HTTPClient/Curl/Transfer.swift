internal import UV

/// One request from its arrival to its end. Loop-confined.
final class Transfer {
    /// Where it is; it only moves forward.
    enum Phase {
        case arrived
        case waiting(ticket: UInt64)
        case running(EasyHandle)
        case ended
    }

    let request: ClientRequest
    /// Resumes the caller.
    let outcome: Completion<Result<ClientResponse, ClientError>>
    var progress: TransferProgress
    var phase = Phase.arrived
    /// The end of the request's total time; set by the client, since its expiry is the client's business.
    var deadline: Deadline?

    init(_ request: ClientRequest, headBytesMax: Int, on loop: EventLoop) {
        self.request = request
        self.outcome = Completion(on: loop)
        self.progress = TransferProgress(bodyBytesMax: request.replyBytesMax, headBytesMax: headBytesMax)
    }
}
