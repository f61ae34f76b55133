import HTTPClient

extension WeChatError {
    /// What a failed exchange of bytes means to a caller of the API.
    init(_ error: ClientError) {
        self =
            switch error.code {
            case .timedOut: .timeout
            // Closed: the gateway stops, which is no trouble of WeChat's.
            case .cancelled, .closed: .cancelled
            case .overloaded: .overloaded
            case .replyTooLarge, .malformedReply: .invalidReply(reason: error.description)
            case .resolveFailed, .connectFailed, .tlsFailed, .connectionLost, .invalidRequest, .internalFailure:
                .connection(reason: error.description)
            }
    }
}

extension ClientError {
    /// Whether the fault may lie with the base, and surely no byte of the request reached it.
    var allowsAnotherBase: Bool {
        guard !requestSent else { return false }
        return switch code {
        case .timedOut, .resolveFailed, .connectFailed, .tlsFailed, .connectionLost: true
        case .replyTooLarge, .malformedReply, .cancelled, .closed, .overloaded, .invalidRequest, .internalFailure: false
        }
    }
}
