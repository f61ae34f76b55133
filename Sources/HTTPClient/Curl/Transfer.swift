internal import UV

/// One request from its arrival to its end. Loop-confined.
final class Transfer: UpstreamCall {
    /// Where it is; it only moves forward.
    enum Phase {
        case arrived
        case waiting(ticket: UInt64)
        case running(EasyHandle)
        case ended
    }

    let request: ClientRequest
    private unowned let client: CurlClient
    private var onEnd: ((Result<ClientResponse, ClientError>) -> Void)?
    var progress: TransferProgress
    var phase = Phase.arrived
    /// The end of the request's total time; set by the client, since its expiry is the client's business.
    var deadline: Deadline?

    init(
        _ request: ClientRequest,
        headBytesMax: Int,
        of client: CurlClient,
        onEnd: @escaping (Result<ClientResponse, ClientError>) -> Void
    ) {
        self.request = request
        self.client = client
        self.onEnd = onEnd
        self.progress = TransferProgress(bodyBytesMax: request.replyBytesMax, headBytesMax: headBytesMax)
    }

    var isRequestSent: Bool { progress.isRequestSent }

    func cancel() {
        guard onEnd.take() != nil else { return }
        // After the end that is on its way to the caller there is nothing to free, and perhaps no client.
        if case .ended = phase { return }
        client.abandon(self)
    }

    /// Tells the caller, unless it has given up.
    func tell(_ result: Result<ClientResponse, ClientError>) { onEnd.take()?(result) }
}
