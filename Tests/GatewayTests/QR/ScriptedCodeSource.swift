import OpenSSL
import Synchronization
import UV
import WeChat

@testable import Gateway

/// Gives codes and links that no ticket has had, or fails as the test says.
final class ScriptedCodeSource: QRCodeSource {
    private let failure = Mutex<GatewayError?>(nil)

    func fails(_ error: GatewayError?) { failure.withLock { $0 = error } }

    func code(of app: App, on loop: EventLoop) async throws(GatewayError) -> FreshCode {
        if let error = failure.withLock({ $0 }) { throw error }
        guard let picture = CodePicture([0xFF, 0xD8, 0xFF, 1]), let scene = try? QRScene(from: SecureRandom()) else {
            throw .internalFailure("no code")
        }
        return FreshCode(scene: scene, picture: picture)
    }

    func link(to scene: QRScene, of app: App, on loop: EventLoop) async throws(GatewayError) -> String {
        if let error = failure.withLock({ $0 }) { throw error }
        return "https://wxaurl.example/\(scene.text)"
    }
}
