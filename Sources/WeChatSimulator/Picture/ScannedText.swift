/// What stands in a code that somebody scanned, and whose code it is if it is one of ours.
struct ScannedText: Equatable, Sendable {
    let text: String
    /// Nil when the text is not that of a `WXACodePicture`.
    let appid: String?
    let scene: String?

    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: "?", maxSplits: 1)
        let isOurs = parts.count == 2 && parts[0] == WXACodePicture.address
        let query = QueryParameters(isOurs ? String(parts[1]) : nil)
        appid = query["appid"]
        scene = query["scene"]
    }
}
