/// Which version of the mini-program a web login's code opens, by WeChat's names (`env_version`).
enum QREnvironment: String, CaseIterable, Sendable {
    /// What users have.
    case release
    /// What testers have.
    case trial
    /// What its developer uploaded last.
    case develop
}
