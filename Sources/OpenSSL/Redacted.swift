/// A value that is secret: whatever prints, interpolates, dumps or logs it shows its type and nothing else.
///
/// Conform and add nothing: the three descriptions come from here. Not a defence against code that asks for the bytes,
/// but against the log line that nobody meant to write.
public protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// The type's name and "redacted".
    public var description: String { "<\(Self.self), redacted>" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// Without children, because `dump` and failing test expectations print those.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
