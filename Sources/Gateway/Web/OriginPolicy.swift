internal import HTTP
internal import HTTPServer

/// Tells pages of our own origin, pages of listed origins and all others apart (RFC 6454, Fetch Metadata). Any thread.
struct OriginPolicy: Sendable {
    /// Where a request says that it comes from.
    enum Caller: Equatable, Sendable {
        /// No browser, or a page of the same origin in a request that says no origin.
        case unnamed
        /// Our own page.
        case own(String)
        /// A page of a listed origin.
        case listed(String)
        /// Any other page.
        case foreign
    }

    private let listed: Set<String>
    private let addresses: ClientAddresses

    init(listed: [String], addresses: ClientAddresses) {
        self.listed = Set(listed)
        self.addresses = addresses
    }
}
