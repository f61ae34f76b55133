internal import CCurl

/// What one transfer has done so far, and what that makes of libcurl's result. Decides; does no I/O.
struct TransferProgress {
    /// The bytes of the reply's body so far.
    private(set) var body: [UInt8] = []
    /// How often libcurl was about to send the request.
    private(set) var sendAttempts = 0

    private let bodyBytesMax: Int
    private var headBytesLeft: Int
    private var refusal: ClientError.Code?
    /// Whether the header of the last status line has ended.
    private var isHeadComplete = false

    private static let statusLinePrefix = Array("HTTP/".utf8)

    init(bodyBytesMax: Int, headBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
        self.headBytesLeft = headBytesMax
    }

    /// Whether a byte of the request may have been sent.
    var isRequestSent: Bool { sendAttempts > 0 }

    /// libcurl is about to send the request; false forbids it.
    ///
    /// libcurl sends a request again by itself when a kept connection ends without a reply. A one-time code must not be
    /// used twice, so the second attempt is forbidden.
    mutating func mayBeginSending() -> Bool {
        sendAttempts += 1
        return sendAttempts == 1
    }

    /// libcurl is about to make a connection; false forbids it, since nothing may be sent on it any more.
    func mayConnect() -> Bool { !isRequestSent }

    /// Takes bytes of the body; false refuses the rest of the reply.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= bodyBytesMax - body.count else {
            refusal = .replyTooLarge
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// Takes one line of the header; false refuses the rest of the reply.
    mutating func takeHead(_ line: UnsafeRawBufferPointer) -> Bool {
        headBytesLeft -= line.count
        guard headBytesLeft >= 0 else {
            refusal = .malformedReply
            return false
        }
        if unsafe line.starts(with: Self.statusLinePrefix) {
            isHeadComplete = false
        } else if unsafe line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") {
            isHeadComplete = true
        }
        return true
    }

    /// The error that libcurl's result and the last status code mean after this progress; nil for success.
    func failure(for result: CURLcode, status: Int) -> ClientError? {
        if result == CURLE_OK {
            // A reply that ends within its header, or after a 1xx, is success to libcurl.
            return isHeadComplete && status >= 200 ? nil : ClientError(.connectionLost, requestSent: isRequestSent)
        }
        if isRequestSent, result == CURLE_COULDNT_CONNECT || result == CURLE_ABORTED_BY_CALLBACK, refusal == nil {
            // Our own refusal of a second attempt; libcurl's words for it would send an operator looking elsewhere.
            return ClientError(.connectionLost, requestSent: true)
        }
        let code = refusal ?? (isRequestSent ? Self.codeAfterSending(result) : Self.codeBeforeSending(result))
        return ClientError(code, requestSent: isRequestSent, curlCode: result)
    }

    private static func codeBeforeSending(_ result: CURLcode) -> ClientError.Code {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            .tlsFailed
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED: .invalidRequest
        case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_INTERFACE_FAILED:
            .connectFailed
        default: .internalFailure
        }
    }

    private static func codeAfterSending(_ result: CURLcode) -> ClientError.Code {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_FILESIZE_EXCEEDED: .replyTooLarge
        // Unsupported protocol is what libcurl says of a reply without a status line ("HTTP/0.9").
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            .malformedReply
        case CURLE_OUT_OF_MEMORY: .internalFailure
        // Ended early, reset, or about to be sent a second time: the fate of the one request that was sent is unknown.
        default: .connectionLost
        }
    }
}
