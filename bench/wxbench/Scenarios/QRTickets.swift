import HTTP
import UV

/// A web login that a browser has begun.
struct QRTicket {
    var ticket: String
    var secret: String
    var scene: String
    /// Seconds that it lives.
    var expiresIn: Int
    /// When it was made.
    var madeAt: UInt64

    init?(_ body: [UInt8], at now: UInt64) {
        guard let ticket = ReplyMembers.text("ticket", in: body), let secret = ReplyMembers.text("secret", in: body),
            let scene = ReplyMembers.text("scene", in: body),
            let expiry = ReplyMembers.text("expires_in", in: body).flatMap({ Int($0) }),
            [ticket, secret, scene].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(QRTicket.isPlain) })
        else { return nil }
        self.ticket = ticket
        self.secret = secret
        self.scene = scene
        expiresIn = expiry
        madeAt = now
    }

    /// What polls for it, waiting at most so many seconds for another status than `seen`.
    func poll(_ site: TargetURL, seen: String, waitSeconds: Int) -> [UInt8] {
        RequestTemplate(
            .get,
            "/api/v1/qr/\(ticket)/status?wait=\(waitSeconds)&seen=\(seen)",
            of: site,
            headers: [("X-Qr-Secret", secret)]
        ).bytes
    }

    /// What may stand in a path or a field.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// Makes one, waiting while codes are short: WeChat gives 5,000 a minute and the gateway takes 4,000.
    static func make(
        by caller: Caller,
        appid: String,
        isolation: isolated (any Actor)? = #isolation,
        pause: (UInt64) async -> Void
    ) async throws(BenchError) -> QRTicket {
        let triesMax = 90
        for _ in 0..<triesMax {
            switch await caller.call(.post, "/api/v1/qr", json: "{\"appid\":\"\(appid)\"}") {
            case .reply(let reply) where reply.status.code == 201:
                guard let ticket = QRTicket(reply.body, at: MonotonicClock.now()) else {
                    throw .setUp("a new ticket is not of the promised form")
                }
                return ticket
            case .reply(let reply) where reply.status.code == 429:
                throw .setUp(
                    "tickets are refused: \(Refusal.name(of: reply)); start wxgate with WXGATE_RATE_QR_PER_IP=0"
                )
            case .reply(let reply) where reply.status.code == 503:
                await pause(1000)
            case .reply(let reply):
                throw .setUp("tickets are refused: \(Refusal.name(of: reply))")
            case .lost(let reason):
                throw .setUp("no ticket: \(reason)")
            }
        }
        throw .setUp("no ticket: the gateway has had no codes for \(triesMax) seconds")
    }
}
