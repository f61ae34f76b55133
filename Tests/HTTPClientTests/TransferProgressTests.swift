import CCurl
import Testing

@testable import HTTPClient

@Suite struct TransferProgressTests {
    private func progress(sent: Bool = false) -> TransferProgress {
        var progress = TransferProgress(bodyBytesMax: 4, headBytesMax: 10)
        if sent { _ = progress.mayBeginSending() }
        return progress
    }

    private func take(_ line: String, into progress: inout TransferProgress) -> Bool {
        Array(line.utf8).withUnsafeBytes { progress.takeHead($0) }
    }

    @Test func `a request may be sent once, and no connection is made after that`() {
        var progress = progress()
        #expect(progress.mayConnect())
        #expect(!progress.isRequestSent)
        let first = progress.mayBeginSending()
        #expect(progress.isRequestSent)
        let second = progress.mayBeginSending()
        #expect((first, second) == (true, false))
        #expect(!progress.mayConnect())
    }

    @Test func `nothing is buffered beyond the limit`() {
        var progress = progress(sent: true)
        let first = [UInt8](repeating: 1, count: 3).withUnsafeBytes { progress.takeBody($0) }
        let second = [UInt8](repeating: 2, count: 2).withUnsafeBytes { progress.takeBody($0) }
        #expect((first, second) == (true, false))
        #expect(progress.body.count == 3)
        #expect(progress.failure(for: CURLE_WRITE_ERROR, status: 200)?.code == .replyTooLarge)
    }

    @Test func `a header beyond the limit is malformed`() {
        var progress = progress(sent: true)
        let first = take("123456789\n", into: &progress)
        let second = take("\n", into: &progress)
        #expect((first, second) == (true, false))
        #expect(progress.failure(for: CURLE_WRITE_ERROR, status: 200)?.code == .malformedReply)
    }

    @Test(arguments: [
        (CURLE_COULDNT_RESOLVE_HOST, ClientError.Code.resolveFailed), (CURLE_COULDNT_CONNECT, .connectFailed),
        (CURLE_OPERATION_TIMEDOUT, .timedOut), (CURLE_PEER_FAILED_VERIFICATION, .tlsFailed),
        (CURLE_SSL_CONNECT_ERROR, .tlsFailed), (CURLE_SSL_CACERT_BADFILE, .tlsFailed),
        (CURLE_RECV_ERROR, .connectFailed), (CURLE_URL_MALFORMAT, .invalidRequest),
        (CURLE_UNSUPPORTED_PROTOCOL, .invalidRequest), (CURLE_OUT_OF_MEMORY, .internalFailure),
    ])
    func `before sending, each failure says that nothing was sent`(result: CURLcode, code: ClientError.Code) {
        let failure = progress().failure(for: result, status: 0)
        #expect(failure == ClientError(code, requestSent: false, curlCode: result))
    }

    @Test(arguments: [
        (CURLE_GOT_NOTHING, ClientError.Code.connectionLost), (CURLE_RECV_ERROR, .connectionLost),
        (CURLE_SEND_ERROR, .connectionLost), (CURLE_PARTIAL_FILE, .connectionLost),
        (CURLE_OPERATION_TIMEDOUT, .timedOut), (CURLE_FILESIZE_EXCEEDED, .replyTooLarge),
        (CURLE_WEIRD_SERVER_REPLY, .malformedReply), (CURLE_UNSUPPORTED_PROTOCOL, .malformedReply),
    ])
    func `after sending, no failure says otherwise`(result: CURLcode, code: ClientError.Code) {
        let failure = progress(sent: true).failure(for: result, status: 0)
        #expect(failure == ClientError(code, requestSent: true, curlCode: result))
    }

    @Test(arguments: [CURLE_ABORTED_BY_CALLBACK, CURLE_COULDNT_CONNECT])
    func `our own refusal of a second attempt is not told in libcurl's words`(result: CURLcode) {
        let failure = progress(sent: true).failure(for: result, status: 0)
        #expect(failure == ClientError(.connectionLost, requestSent: true))
        #expect(failure?.description == "connectionLost")
    }

    @Test func `only a reply with a whole header and a final status is success`() {
        var progress = TransferProgress(bodyBytesMax: 4, headBytesMax: 1000)
        _ = progress.mayBeginSending()
        let lost = ClientError(.connectionLost, requestSent: true)
        #expect(progress.failure(for: CURLE_OK, status: 0) == lost)
        _ = take("HTTP/1.1 103 Early Hints\r\n", into: &progress)
        _ = take("\r\n", into: &progress)
        #expect(progress.failure(for: CURLE_OK, status: 103) == lost)
        _ = take("HTTP/1.1 200 OK\r\n", into: &progress)
        _ = take("Content-Le", into: &progress)
        #expect(progress.failure(for: CURLE_OK, status: 200) == lost)
        _ = take("\r\n", into: &progress)
        #expect(progress.failure(for: CURLE_OK, status: 200) == nil)
    }
}
