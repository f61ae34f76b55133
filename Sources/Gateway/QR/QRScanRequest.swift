/// What a phone sends that has scanned.
struct QRScanRequest: Sendable {
    /// As sent, which may be anything.
    let scene: String
    /// The mini-program's launch scene, if the phone says it.
    let launchScene: Int?
    /// The phone's address; nil when none can be believed.
    let address: String?
}
