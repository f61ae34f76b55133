/// Gives the reply to one parked request: once as a whole, or as a stream. Loop-confined.
///
/// What is sent after the reply's end, or to a client that has gone, goes nowhere, quietly.
public struct ParkedWriter {
    private let connection: Connection
    private let number: UInt64
    private let requestID: String
    /// What the router adds to every reply to this request.
    private let fields: [(String, String)]

    init(_ connection: Connection, number: UInt64, requestID: String, fields: [(String, String)]) {
        self.connection = connection
        self.number = number
        self.requestID = requestID
        self.fields = fields
    }

    /// Has ``ParkedReply/deadlinePassed()`` called after so many milliseconds, up to 100 late; a later call moves the time.
    public func wake(afterMilliseconds delay: UInt64) {
        connection.wakeParked(afterMilliseconds: delay, of: number)
    }

    /// Sends the whole reply.
    public func send(_ response: Response) {
        connection.reply(complete(response), to: number, closesSilently: false)
    }

    /// Sends an error as the reply.
    public func send(_ problem: Problem) {
        var response = problem.response(requestID: requestID)
        response.headers += fields
        connection.reply(response, to: number, closesSilently: false)
    }

    /// Begins a stream: everything but the body, which follows in parts (RFC 9112 section 7.1).
    public func startStream(_ response: Response) {
        connection.startStream(complete(response), of: number)
    }

    /// Sends a part of the stream.
    public func sendPart(_ bytes: [UInt8]) {
        connection.sendStreamPart(bytes, of: number)
    }

    /// Ends the stream.
    public func endStream() {
        connection.endStream(of: number)
    }

    /// Closes the connection, whatever was sent.
    public func close() {
        connection.abandon(number, reset: false)
    }

    /// Bytes of this reply that the client has not read, beyond what the kernel takes.
    public var queuedBytes: Int { connection.queuedBytes(of: number) }

    private func complete(_ response: Response) -> Response {
        var response = response
        response.headers.append(("X-Request-Id", requestID))
        response.headers += fields
        return response
    }
}
