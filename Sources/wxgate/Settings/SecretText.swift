/// A configured secret: cannot be printed, logged or reflected by accident.
struct SecretText: Sendable, Hashable {
    /// The secret itself. Whoever reads it keeps it out of logs and errors.
    let exposed: String

    init(_ exposed: String) {
        self.exposed = exposed
    }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { ShownValue.mask }
    var debugDescription: String { ShownValue.mask }
    var customMirror: Mirror { Mirror(self, children: []) }
}
