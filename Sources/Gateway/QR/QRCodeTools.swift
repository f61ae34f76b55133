internal import OpenSSL
internal import UV
internal import WeChat

/// What a pool works with on its home loop, from start to stop. Loop-confined.
final class QRCodeTools {
    let weChat: WeChatClient
    let timer: Timer
    private let random = SecureRandom()

    /// On the loop.
    ///
    /// - Throws: `ClientError` when the library cannot start.
    init(on loop: EventLoop, _ environment: QRCodeEnvironment, onTimer: @escaping () -> Void) throws {
        weChat = try WeChatClient(
            on: loop,
            configuration: environment.ownUpstream.client,
            logger: environment.logger,
            observer: environment.observer
        )
        timer = Timer(on: loop, onFire: onTimer)
    }

    /// A scene that nothing has had; nil when the generator has no entropy.
    func newScene() -> (scene: QRScene, asSent: CodeScene)? {
        guard let scene = try? QRScene(from: random), let asSent = CodeScene(scene.text) else { return nil }
        return (scene, asSent)
    }

    /// Ends what is still under way.
    func close() {
        timer.close()
        weChat.close()
    }
}
