import HTTP

/// One request on its way: what its workload has to know again when the reply comes.
struct Ticket {
    /// Which of the workload's kinds it is of.
    var kind: Int
    var method: Method = .get
    /// Whom or what it is about, in the workload's own numbering.
    var subject = 0
    /// What else the workload wants to find again.
    var mark = 0
    /// Nanoseconds until it counts as lost; nil for what the options say.
    var timeout: UInt64?
}

/// What became of one request.
enum Verdict: Equatable, Sendable {
    /// The reply says what it should.
    case good
    /// The reply says something else than it must; the text is shown to people, without any secret.
    case wrong(String)
    /// As it should be, but how long it took says nothing of the gateway.
    case held
    /// An error reply, such as `503 overloaded`.
    case refused(String)
    /// No reply: `timeout`, `closed`, `connect`, ….
    case lost(String)
}

/// What a workload has to do now.
enum NextRequest {
    /// The request was appended to the buffer.
    case request(Ticket)
    /// Nothing before this moment.
    case later(UInt64)
    /// Nothing any more.
    case finished
}

/// Makes requests, and knows what their replies must say. Loop-confined, without I/O.
protocol Workload: AnyObject {
    /// Appends the next request.
    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest

    /// Says whether the reply is right.
    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict

    /// No reply came.
    func lost(_ ticket: Ticket, at now: UInt64)

    /// Appends a request that has to follow on the same connection; nil for none. Asked after each verdict.
    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket?
}

extension Workload {
    func lost(_ ticket: Ticket, at now: UInt64) {}

    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket? { nil }
}
