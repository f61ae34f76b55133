/// A way into a mini-program that an app had made: a code or a link.
struct Entrance: Equatable, Sendable {
    /// What only a link has.
    struct Link: Equatable, Sendable {
        /// The end of its address, by which the phone finds it.
        let ticket: String
        let address: String
        let expiresAt: UnixTime
    }

    let appid: String
    /// What the page is told; for a link what its query says, or empty.
    let scene: String
    /// Without a leading slash; empty for the home page.
    let page: String
    let environment: AppEnvironment
    let madeAt: UnixTime
    /// Nil for a code, which never expires.
    var link: Link?
}
