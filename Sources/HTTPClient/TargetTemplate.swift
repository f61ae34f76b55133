/// What the targets of many requests have in common: all but one value in their midst. Made and checked once; secret.
public final class TargetTemplate: Sendable, CustomStringConvertible, CustomReflectable {
    let before: [UInt8]
    let after: [UInt8]
    /// As ``SecretURL/hasOnlyURLCharacters``.
    let hasOnlyURLCharacters: Bool

    /// Takes what stands before the value, from `/` on, and what stands behind it; percent-encoded both.
    public init(before: String, after: String) {
        self.before = Array(before.utf8)
        self.after = Array(after.utf8)
        hasOnlyURLCharacters = SecretURL.isVisible(before) && SecretURL.isVisible(after)
    }

    /// The whole target with a value.
    public func target(_ value: String) -> String {
        String(decoding: before, as: UTF8.self) + value + String(decoding: after, as: UTF8.self)
    }

    /// Says nothing about the target.
    public var description: String { "<redacted target>" }

    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
