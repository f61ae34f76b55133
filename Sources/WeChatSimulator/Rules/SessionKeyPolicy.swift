/// When `wx.login` gives the user a new session_key.
///
/// WeChat only says that a new code *may* displace the key and that use extends its life, so a gateway must live with
/// both answers. The key changes when the code is made, not when it is exchanged, so that data which the phone encrypts
/// together with its login is under the key that the exchange returns.
public enum SessionKeyPolicy: String, CaseIterable, Sendable {
    /// Each new code makes a new key.
    case always
    /// A code leaves the newest key as long as the user had one within the last three days.
    case keepWhileActive = "keep"

    /// How long an unused key stays under `keepWhileActive`; the figure of an early community reply.
    static let idleMax: Duration = .seconds(3 * 86_400)

    /// How many of a user's keys are remembered, newest first.
    static let keysKept = 3
}
