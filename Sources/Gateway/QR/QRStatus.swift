/// How a ticket stands, as browsers and phones are told (contract section 4).
public enum QRStatus: String, CaseIterable, Hashable, Sendable {
    /// Nobody has scanned.
    case pending
    /// A phone has scanned and not decided.
    case scanned
    /// The phone has said yes; the browser may claim the login, or get it once more.
    case confirmed
    /// The phone has said no.
    case cancelled
    /// Its time is over.
    case expired
    /// The browser has its login, and the time in which that is told again is over.
    case claimed

    /// Whether nothing will follow.
    public var isFinal: Bool {
        switch self {
        case .pending, .scanned, .confirmed: false
        case .cancelled, .expired, .claimed: true
        }
    }
}
