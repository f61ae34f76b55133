/// One thing that the operator has to change before wxgate starts; its description is one line.
struct SettingMistake: Sendable, Equatable, CustomStringConvertible {
    let variable: String
    /// As it may be shown (`ShownValue`); nil when the variable is not set.
    let value: String?
    let fault: String
    /// What to write instead; nil where the fault says it.
    let allowed: String?

    var description: String {
        let value = value.map { "=\($0)" } ?? ""
        let allowed = allowed.map { "; allowed: \($0)" } ?? ""
        return "\(variable)\(value): \(fault)\(allowed)"
    }
}

/// All mistakes of a start, and the warnings that came up beside them.
struct SettingsError: Error, Equatable {
    let mistakes: [SettingMistake]
    let warnings: [String]
}
