import HTTP

/// How far our clock is from the one that dated a reply.
struct ClockSkew: Equatable, Sendable {
    /// Beyond any transport and any rounding to seconds.
    static let warnsAbove: Int64 = 30
    /// An access_token's overlap is as long: beyond it, lifetimes that are told in absolute times are worthless.
    static let failsAbove: Int64 = 300

    /// How far we are ahead; negative when we are behind.
    let secondsAhead: Int64

    /// Nil when the reply told no time.
    ///
    /// - Parameter unixSeconds: our own time when the reply came.
    init?(date: String?, unixSeconds: Int64) {
        guard let date, let theirs = HTTPDate.unixSeconds(of: date) else { return nil }
        secondsAhead = unixSeconds - theirs
    }

    var status: Finding.Status {
        switch abs(secondsAhead) {
        case ...Self.warnsAbove: .ok
        case ...Self.failsAbove: .warn
        default: .fail
        }
    }

    var text: String {
        if secondsAhead == 0 { return "this host's clock agrees" }
        return "this host's clock is \(abs(secondsAhead)) s \(secondsAhead > 0 ? "ahead" : "behind")"
    }

    var remedy: String? {
        status == .ok ? nil : "synchronise this host's clock (chrony, or timedatectl set-ntp true)"
    }
}
