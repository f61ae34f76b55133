/// A caller that keeps the whole reply for a closure.
final class ResponseCollector: UpstreamCaller {
    private let onEnd: (Result<ClientResponse, ClientError>) -> Void

    init(_ onEnd: @escaping (Result<ClientResponse, ClientError>) -> Void) {
        self.onEnd = onEnd
    }

    func replied(_ head: ClientResponseHead, body: Span<UInt8>) {
        onEnd(.success(ClientResponse(head, body: body)))
    }

    func failed(_ error: ClientError) { onEnd(.failure(error)) }
}
