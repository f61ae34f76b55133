/// The app that a simulator has when nobody configured another one.
public enum DefaultApp {
    /// The app of WeChat's published encryption vectors, so that a demo can decrypt them.
    public static let appid = "wx4f4bc4dec97d474b"

    /// A secret that nobody can take for a real one.
    public static let secret = "0123456789abcdef0123456789abcdef"
}
