internal import UV
internal import WeChat

/// One code being drawn by WeChat, with the repeats that are allowed; each repeat counts as a call. Loop-confined.
final class QRCodeArtist {
    /// Answers of -1 after which the call is made again, as with every other call.
    private static let busyRetriesMax = 2
    /// The shortest wait after the first -1; twice as long after the second.
    private static let backoffMilliseconds: UInt64 = 50

    private let parameters: UnlimitedCodeParameters
    private let app: App
    private let weChat: WeChatClient
    private let mayRepeat: () -> Bool
    private var calls = 0
    private var busyRetries = 0

    /// - Parameter mayRepeat: takes one more call out of the budget, or says no. The first is taken already.
    init(parameters: UnlimitedCodeParameters, app: App, weChat: WeChatClient, mayRepeat: @escaping () -> Bool) {
        self.parameters = parameters
        self.app = app
        self.weChat = weChat
        self.mayRepeat = mayRepeat
    }

    /// The picture; asked for once more when WeChat is only busy. Called again with a new token after a dead one.
    func draw(with token: AccessToken) async throws(WeChatError) -> CodePicture {
        while true {
            // Nobody counts a call that was refused for the budget's sake: it was never made.
            guard calls == 0 || mayRepeat() else { throw .overloaded }
            calls += 1
            do throws(WeChatError) {
                return try await weChat.unlimitedCode(
                    app: app.weChat,
                    parameters,
                    accessToken: token,
                    retriesBusy: false
                )
            } catch {
                guard error.isRetryable, busyRetries < Self.busyRetriesMax else { throw error }
            }
            let shortest = Self.backoffMilliseconds << UInt64(busyRetries)
            busyRetries += 1
            do {
                try await weChat.loop.sleep(milliseconds: shortest + UInt64.random(in: 0..<shortest))
            } catch {
                throw .cancelled
            }
        }
    }
}
