/// Gives the reply to one parked request: once as a whole, or as a stream. Loop-confined.
///
/// What is sent after the reply's end, or to a client that has gone, goes nowhere, quietly. It retains the connection, and
/// the connection the ``ParkedReply``, until the reply's end or ``ParkedReply/hungUp()``: then the connection lets go.
public struct ParkedWriter {
    let connection: Connection
    private let number: UInt64
    private let requestID: RequestID
    /// What the router adds to every reply to this request.
    private let fields: [(String, String)]

    init(_ connection: Connection, number: UInt64, requestID: RequestID, fields: [(String, String)]) {
        self.connection = connection
        self.number = number
        self.requestID = requestID
        self.fields = fields
    }

    /// Has ``ParkedReply/deadlinePassed()`` called after so many milliseconds, up to 100 late; a later call moves the time.
    public func wake(afterMilliseconds delay: UInt64) {
        connection.wakeParked(afterMilliseconds: delay, of: number)
    }

    /// Sends the whole reply, and ends it.
    public func send(_ response: Response) {
        connection.reply(complete(response), to: number, closesSilently: false)
    }

    /// Sends an error as the reply, and ends it.
    public func send(_ problem: Problem) {
        var response = problem.response(requestID: requestID.text)
        response.add(fields)
        connection.reply(response, to: number, closesSilently: false)
    }

    /// Begins a stream: everything but the body, which follows in parts (RFC 9112 section 7.1). A broken connection calls
    /// ``ParkedReply/hungUp()`` before this returns.
    public func startStream(_ response: Response) {
        connection.startStream(complete(response), of: number)
    }

    /// Sends a part of the stream. A broken connection calls ``ParkedReply/hungUp()`` before this returns.
    public func sendPart(_ bytes: [UInt8]) {
        connection.sendStreamPart(bytes, of: number)
    }

    /// Ends the stream, and with it the reply.
    public func endStream() {
        connection.endStream(of: number)
    }

    /// Ends the reply with RST: nobody can take what was sent for the whole, and what waits for the client is dropped.
    public func reset() {
        connection.abandon(number, reset: true)
    }

    /// Bytes of this reply that the client has not read, beyond what the kernel takes.
    public var queuedBytes: Int { connection.queuedBytes(of: number) }

    private func complete(_ response: Response) -> Response {
        var response = response
        response.requestID = requestID
        response.add(fields)
        return response
    }
}
