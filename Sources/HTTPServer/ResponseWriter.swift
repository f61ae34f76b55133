/// The one answer to one request: answering twice does not compile, and not answering becomes `internal`.
///
/// On the loop of the connection. When the client has gone meanwhile, what is sent goes nowhere, quietly.
public struct ResponseWriter: ~Copyable {
    private let connection: Connection
    private let number: UInt64
    private let requestID: RequestID

    init(_ connection: Connection, number: UInt64, requestID: RequestID) {
        self.connection = connection
        self.number = number
        self.requestID = requestID
    }

    deinit {
        connection.finishUnanswered(number, requestID: requestID)
    }

    /// Sends a reply.
    ///
    /// - Parameter closesSilently: closes the connection behind the reply without announcing it, as some servers do
    ///   with kept connections. For simulations.
    public consuming func send(_ response: Response, closesSilently: Bool = false) {
        connection.reply(response, to: number, closesSilently: closesSilently)
    }

    /// Leaves the reply to `parked`, which is told when it may begin.
    ///
    /// - Parameter fields: what every reply to this request gets.
    consuming func park(_ parked: any ParkedReply, fields: [(String, String)]) {
        connection.park(parked, of: number, requestID: requestID, fields: fields)
    }

    /// Sends literal bytes before the end; more of them, or a close, may follow. For simulations.
    public borrowing func sendPart(_ bytes: [UInt8]) {
        connection.sendPart(bytes, of: number)
    }

    /// Closes the connection with FIN, whatever was sent.
    public consuming func close() {
        connection.abandon(number, reset: false)
    }

    /// Closes the connection with RST.
    public consuming func reset() {
        connection.abandon(number, reset: true)
    }
}
