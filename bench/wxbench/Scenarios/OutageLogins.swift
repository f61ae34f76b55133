import HTTP

/// Logins through an outage, with the moments at which they went well or failed. Loop-confined.
final class OutageLogins: Workload {
    /// When logins succeeded: the beginning of each second's first.
    private(set) var good: [UInt64] = []
    private(set) var bad: [UInt64] = []

    private let codes: DerivedCodes
    private let requests: LoginRequests

    init(_ codes: DerivedCodes, _ options: RunOptions) {
        self.codes = codes
        requests = LoginRequests(options)
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        guard case .code(let number) = requests.append(to: &request, code: { codes.draw(into: &$0) }) else {
            return .finished
        }
        return .request(Ticket(kind: 1, method: .post, subject: number))
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        guard reply.status == .ok else {
            bad.append(now)
            return .refused(Refusal.name(of: reply))
        }
        do throws(LoginReply.Fault) {
            _ = try LoginReply(reply.body, expecting: codes.openid(of: ticket.subject))
            good.append(now)
            return .good
        } catch {
            bad.append(now)
            return .wrong(error.text)
        }
    }

    func lost(_ ticket: Ticket, at now: UInt64) { bad.append(now) }
}
