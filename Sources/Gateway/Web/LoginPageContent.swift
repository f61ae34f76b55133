/// What `/login` and its files consist of. Any thread.
struct LoginPageContent: Sendable {
    /// A file that is the same for everybody.
    struct Asset: Sendable {
        let bytes: [UInt8]
        /// Value of Content-Type.
        let mediaType: String
        /// Value of ETag, in its quotes.
        let etag: String
    }

    /// The page, given where to go afterwards and the app, both checked.
    let html: @Sendable (_ returnTo: String?, _ appID: String?) -> [UInt8]
    /// `/login.js`.
    let script: Asset
    /// `/login.css`.
    let style: Asset
    /// `/wxgate.js`.
    let widget: Asset
}
