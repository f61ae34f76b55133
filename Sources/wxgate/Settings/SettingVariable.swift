/// One environment variable: the only place that knows its name, default and meaning.
///
/// `--help`, `--check-config`, the check for unknown names and the reader all work from the table of these
/// (`SettingVariable+Table.swift`).
struct SettingVariable: Sendable {
    enum Default: Sendable {
        /// As if the variable had this text.
        case text(String)
        /// Not a text that one could set: what happens instead.
        case described(String)
        /// None: when it has to be set.
        case required(String)
    }

    enum Support: Sendable {
        case now
        /// Known by name only; setting it is a warning, because it has no effect.
        case later
        /// Known by name only; setting it stops the start, because ignoring it would be dangerous. With the way out.
        case refused(insteadOf: String)
    }

    /// Whether a wrong value may be shown to people.
    enum Echo: Sendable {
        case always
        case never
        /// Only what begins so; anything else may be a secret that was put into the wrong variable.
        case startingWith(String)
    }

    let name: String
    let standard: Default
    let meaning: String
    let support: Support
    let echo: Echo
    /// Whether `<name>_FILE` may hold the path of a file with the value instead.
    let hasFileForm: Bool

    var fileName: String { name + "_FILE" }

    var isSecret: Bool {
        if case .never = echo { true } else { false }
    }

    init(
        _ name: String,
        default standard: Default,
        support: Support = .now,
        echo: Echo = .always,
        hasFileForm: Bool = false,
        _ meaning: String
    ) {
        self.name = name
        self.standard = standard
        self.support = support
        self.echo = echo
        self.hasFileForm = hasFileForm
        self.meaning = meaning
    }
}
