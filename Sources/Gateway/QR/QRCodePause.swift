internal import WeChat

/// A time before which no code is fetched, because the last fetch failed.
struct QRCodePause: Equatable, Sendable {
    enum Kind: Sendable {
        /// A failure that may pass at any moment; a code that arrives ends the pause.
        case ordinary
        /// Only an operator helps; whoever asks for a code may still have it tried.
        case patient
        /// WeChat wants fewer calls: only time helps.
        case limited
    }

    let kind: Kind
    /// Of the pool's time.
    let until: Int64
}

/// How long a failure is waited out. Knows no state but its random numbers. All spans are milliseconds.
struct QRCodeSchedule: Sendable {
    static let ordinaryFirst: Int64 = 1_000
    static let ordinaryMax: Int64 = 60_000
    /// 41030 is also what WeChat says in the minutes after a release, so this ends by itself too.
    static let patientFirst: Int64 = 30_000
    static let patientMax: Int64 = 300_000
    private static let minute: Int64 = 60_000

    private var pauses: PauseLength

    /// - Parameter seed: of the jitter; another one in every process.
    init(seed: UInt64) { pauses = PauseLength(seed: seed) }

    /// The pause after the last of so many failures.
    ///
    /// - Parameters:
    ///   - count: at least 1.
    ///   - now: Unix milliseconds, from which the next minute follows.
    ///   - time: the pool's time.
    mutating func pause(after error: WeChatError, count: Int, now: Int64, time: Int64) -> QRCodePause {
        switch error {
        case .busy, .timeout, .connection, .invalidReply, .overloaded, .cancelled, .invalidAccessToken:
            let span = PauseLength.doubled(Self.ordinaryFirst, count: count, max: Self.ordinaryMax)
            return QRCodePause(kind: .ordinary, until: time + span + pauses.jitter(upTo: span / 2))
        case .rateLimited:
            // 45009 too: for codes it means the minute, whatever its words (facts sheet 4.1).
            let span = Self.minute - now % Self.minute
            return QRCodePause(kind: .limited, until: time + span + pauses.jitter(upTo: 1_000))
        // The others are mistakes of ours, and no reason to hurry either.
        case .misconfigured, .unexpectedErrcode, .invalidCode, .codeUsed, .userBlocked:
            let span = PauseLength.doubled(Self.patientFirst, count: count, max: Self.patientMax)
            return QRCodePause(kind: .patient, until: time + span + pauses.jitter(upTo: span / 10))
        }
    }
}
