import HTTP
import UV

/// A phone and a browser that log in by a code again and again. Loop-confined.
final class WakePair: TaskLoad.Work {
    /// For the poll to be parked before the phone says yes. On a busy gateway some are not yet, which costs them nothing
    /// but shows nothing either.
    private static let parkMilliseconds: UInt64 = 20

    private let user: LoggedInUsers.User
    private let context: PartContext
    private let phone: Caller
    private let browser: Caller
    private let authorization: [(String, String)]

    init(_ user: LoggedInUsers.User, _ context: PartContext) {
        self.user = user
        self.context = context
        let options = context.options
        phone = Caller(context.dialer, site: options.site, timeout: options.timeout, on: context.loop)
        browser = Caller(context.dialer, site: options.site, timeout: options.timeout, on: context.loop)
        authorization = [("Authorization", "Bearer \(String(decoding: user.token, as: UTF8.self))")]
    }

    func close() {
        phone.close()
        browser.close()
    }

    func perform() async {
        let begun = MonotonicClock.now()
        let verdict: Verdict
        do throws(Stop) {
            let (confirmed, reply) = try await logIn()
            return context.recorder.record(kind: 0, intended: confirmed, finished: browser.finishedAt, judge(reply))
        } catch {
            verdict = error.verdict
        }
        // The same mistake again and again would only be quicker.
        context.recorder.record(kind: 0, intended: begun, finished: MonotonicClock.now(), verdict)
        try? await context.loop.sleep(milliseconds: 100)
    }

    /// Why there was nothing to measure.
    private struct Stop: Error {
        var verdict: Verdict
    }

    private func logIn() async throws(Stop) -> (confirmed: UInt64, reply: ParsedResponse) {
        let made = try await must(
            201,
            browser.call(.post, "/api/v1/qr", json: "{\"appid\":\"\(context.options.appid)\"}")
        )
        guard let ticket = QRTicket(made.body, at: MonotonicClock.now()) else {
            throw Stop(verdict: .wrong("a new ticket is not of the promised form"))
        }
        let scan = try await must(
            200,
            phone.call(
                .post,
                "/api/v1/qr/scan",
                json: "{\"scene\":\"\(ticket.scene)\",\"launch_scene\":1047}",
                headers: authorization
            )
        )
        guard let nonce = ReplyMembers.text("nonce", in: scan.body) else {
            throw Stop(verdict: .wrong("a scan without nonce"))
        }
        browser.begin(ticket.poll(context.options.site, seen: "scanned", waitSeconds: 30), .get)
        try? await context.loop.sleep(milliseconds: Self.parkMilliseconds)
        let confirmed = MonotonicClock.now()
        let confirm = await phone.call(
            .post,
            "/api/v1/qr/confirm",
            json: "{\"scene\":\"\(ticket.scene)\",\"nonce\":\"\(nonce)\"}",
            headers: authorization
        )
        let reply = await browser.end()
        _ = try must(200, confirm)
        return (confirmed, try must(200, reply))
    }

    private func must(_ code: UInt16, _ outcome: ExchangeOutcome) throws(Stop) -> ParsedResponse {
        switch outcome {
        case .reply(let reply) where reply.status.code == code: return reply
        case .reply(let reply): throw Stop(verdict: .refused(Refusal.name(of: reply)))
        case .lost(let reason): throw Stop(verdict: .lost(reason))
        }
    }

    private func judge(_ reply: ParsedResponse) -> Verdict {
        WakePair.judge(reply.body, openid: user.openid)
    }

    /// Whether a browser's reply is the login of this user.
    static func judge(_ body: [UInt8], openid: [UInt8]) -> Verdict {
        guard Refusal.word("status", in: body) == "confirmed" else {
            return .wrong("the browser is told \(Refusal.word("status", in: body) ?? "no status")")
        }
        guard let login = ReplyMembers.find("login", in: body) else { return .wrong("confirmed without login") }
        do throws(LoginReply.Fault) {
            _ = try LoginReply(Array(body[login]), expecting: openid)
            return .good
        } catch {
            return .wrong(error.text)
        }
    }
}
