/// The way by which a session was made; single sign-on counts each apart.
public enum SessionChannel: String, CaseIterable, Hashable, Sendable {
    /// A login from within the mini-program.
    case mini
    /// A claimed QR login of a browser.
    case web
}
