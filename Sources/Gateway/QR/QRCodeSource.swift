internal import UV
internal import WeChat

/// A code that no ticket has had.
struct FreshCode: Sendable {
    let scene: QRScene
    let picture: CodePicture
}

/// Where tickets get their codes and links from. Any thread.
protocol QRCodeSource: Sendable {
    /// A code for one ticket, at once if one is ready. A code that was taken is never given to anybody else.
    ///
    /// - Parameter loop: the loop that calls.
    /// - Throws: `overloaded` above 4,000 a minute or with too many waiting; `upstream` when WeChat gives none;
    ///   `CancellationError` is never thrown: who hung up gets `upstream` of `.cancelled`.
    func code(of app: App, on loop: EventLoop) async throws(GatewayError) -> FreshCode

    /// A link that opens the mini-program's page with a scene.
    func link(to scene: QRScene, of app: App, on loop: EventLoop) async throws(GatewayError) -> String
}
