import ArgumentParser

/// Why the gateway cannot start though its settings are well-formed; one line of the log and an exit status.
struct StartFault: Error, Equatable {
    /// What sysexits.h calls it; a supervisor decides by it whether trying again can help.
    enum Kind: Int32 {
        /// EX_UNAVAILABLE: the address is taken or cannot be used.
        case unavailable = 69
        /// EX_TEMPFAIL: another process has the data directory or the database now, or the disk is full.
        case temporary = 75
        /// EX_CONFIG: only a person can mend it.
        case configuration = 78
    }

    let kind: Kind
    /// The variable that an operator looks at.
    let variable: String
    /// The path or address that it led to.
    let subject: String
    /// Never holds a secret.
    let reason: String

    init(_ kind: Kind = .configuration, _ variable: SettingVariable, _ subject: String, _ reason: String) {
        self.kind = kind
        self.variable = variable.name
        self.subject = subject
        self.reason = reason
    }

    var exitCode: ExitCode { ExitCode(kind.rawValue) }
}
