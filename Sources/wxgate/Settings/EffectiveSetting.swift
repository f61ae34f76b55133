/// One line of `--check-config`.
struct EffectiveSetting: Sendable, Equatable {
    let name: String
    /// Secrets are masked already.
    let value: String
    let isDefault: Bool

    init(_ name: String, value: String, isDefault: Bool) {
        self.name = name
        self.value = value
        self.isDefault = isDefault
    }
}
