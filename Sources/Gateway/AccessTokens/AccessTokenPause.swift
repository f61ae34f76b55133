/// A time before which nothing is tried. A clock that is set back ends it, so that it never gets longer.
struct AccessTokenPause: Equatable, Sendable {
    enum Kind: Sendable {
        /// After a failure that may pass at any moment: somebody without a token may cut it short.
        case ordinary
        /// Nothing but time or an operator helps.
        case patient
        /// A forced refresh is needed and not allowed yet.
        case budget
    }

    let kind: Kind
    /// Unix milliseconds.
    let since: Int64
    /// Unix milliseconds.
    var until: Int64

    func isOver(at now: Int64) -> Bool { now >= until || now < since }
}
