/// When a login gives the user a new session_key.
///
/// WeChat only says that a new code *may* displace the key and that use extends its life, so a gateway must live with
/// both answers.
public enum SessionKeyPolicy: String, CaseIterable, Sendable {
    /// Each successful login makes a new key.
    case always
    /// A login returns the newest key as long as the user logged in within the last three days.
    case keepWhileActive = "keep"

    /// How long an unused key stays under `keepWhileActive`; the figure of an early community reply.
    static let idleMax: Duration = .seconds(3 * 86_400)

    /// How many of a user's keys are remembered, newest first.
    static let keysKept = 3
}
