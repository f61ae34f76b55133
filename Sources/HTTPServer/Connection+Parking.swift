internal import HTTP
internal import UV

/// Replies that come later, without a task, and streams.
extension Connection {
    /// Leaves the reply to `parked`; when the client is gone already, that is told so instead.
    func park(_ parked: any ParkedReply, of number: UInt64, requestID: RequestID, fields: [(String, String)]) {
        guard awaitsReply(to: number) else { return parked.hungUp() }
        if hasTooMuchWaiting {
            // Nothing is read any more, so nobody would learn that the client hangs up.
            abort()
            return parked.hungUp()
        }
        let action = update { $0.replyParked() }
        self.parked = parked
        if action == .close { return perform(action) }
        parked.start(with: ParkedWriter(self, number: number, requestID: requestID, fields: fields))
        if awaitsReply(to: number) { perform(action) }
    }

    /// Has the parked reply told when the time is over; a later call moves the time.
    func wakeParked(afterMilliseconds delay: UInt64, of number: UInt64) {
        guard awaitsReply(to: number), machine.isParked else { return }
        server.wheel.schedule(deadline, afterMilliseconds: delay)
    }

    /// Sends the head of a reply whose parts follow.
    func startStream(_ response: Response, of number: UInt64) {
        guard awaitsReply(to: number) else { return }
        let closes = !keepsAlive || machine.mustAnnounceClose
        // HTTP/1.0 knows no chunks: there the end of the connection ends the stream.
        isStreamChunked = !isHTTP10
        if !isStreamChunked { keepsAlive = false }
        let outcome = server.sendStreamHead(
            response,
            persistence: closes || isHTTP10 ? .close : .implied,
            isChunked: isStreamChunked,
            on: tcp
        )
        if outcome == .failed { abort() }
    }

    /// Sends a part of a stream; nothing in reply to HEAD.
    func sendStreamPart(_ bytes: [UInt8], of number: UInt64) {
        guard !bytes.isEmpty, !omitsBody else { return }
        sendPart(isStreamChunked ? ResponseEncoder.chunk(bytes) : bytes, of: number)
    }

    /// Ends a stream, and with it the reply.
    func endStream(of number: UInt64) {
        guard awaitsReply(to: number) else { return }
        parked = nil
        if isStreamChunked, !omitsBody { sendPart(ResponseEncoder.lastChunk, of: number) }
        guard awaitsReply(to: number) else { return }
        finishReply(queued: tcp.queuedBytes > 0, keepAlive: keepsAlive)
    }

    /// Bytes of the reply that wait for the client to read.
    func queuedBytes(of number: UInt64) -> Int {
        awaitsReply(to: number) ? tcp.queuedBytes : 0
    }
}
