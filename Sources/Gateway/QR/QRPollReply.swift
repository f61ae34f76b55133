internal import HTTPServer
internal import WeChat

/// What a browser reads about its ticket (contract section 4), as a reply or as an event.
enum QRPollReply {
    /// `{"status","expires_in","userInfo"?,"login"?}`; nil while a claim is under way, of which there is nothing to tell.
    static func json(_ answer: QRPollAnswer) -> [UInt8]? {
        var json = JSONObjectWriter(capacity: 256)
        switch answer {
        case .claiming:
            return nil
        case .status(let status, let remaining, let profile):
            json.add("status", status.rawValue)
            json.add("expires_in", status.isFinal ? 0 : seconds(remaining))
            if let profile, status == .scanned || status == .confirmed {
                var info = JSONObjectWriter()
                info.add("nickName", profile.nickName)
                info.add("avatarUrl", profile.avatarURL ?? "")
                json.add("userInfo", json: info.finish())
            }
        case .login(let login, let remaining):
            json.add("status", QRStatus.confirmed.rawValue)
            json.add("expires_in", seconds(remaining))
            json.add("login", json: login.reply)
        }
        return json.finish()
    }

    /// The same as a server-sent event (HTML Living Standard section 9.2.6). JSON as we write it has no line break.
    static func event(_ answer: QRPollAnswer) -> [UInt8]? {
        json(answer).map { Array("event: status\ndata: ".utf8) + $0 + Array("\n\n".utf8) }
    }

    /// A comment that keeps proxies from closing a silent stream.
    static let heartbeat = Array(": \n\n".utf8)

    /// The head of a stream of events: not kept by caches, and not collected by nginx.
    static let eventFields = [
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
    ]

    /// Rounded up: what has a moment left is not over.
    private static func seconds(_ milliseconds: Int64) -> Int { Int((max(0, milliseconds) + 999) / 1000) }
}
