@testable import wxgate

/// Environments that tests start from.
enum SampleEnvironment {
    static let secret = "5eC7e1d05eC7e1d05eC7e1d05eC7e1d0".lowercased()
    static let host = Settings.Host(cores: 3, logsToTerminal: false)
    /// The least that starts.
    static let required = ["WXGATE_APPID": "wx4f4bc4dec97d474b", "WXGATE_SECRET": secret]
    /// The least that starts without a warning.
    static let minimal = required.merging(["WXGATE_SITE": "Shop"]) { $1 }

    static func settings(_ changes: [String: String] = [:]) throws -> Settings {
        try Settings(environment: minimal.merging(changes) { $1 }, host: host)
    }

    /// The mistakes that `changes` cause.
    static func mistakes(_ changes: [String: String]) -> [SettingMistake] {
        mistakes(exactly: minimal.merging(changes) { $1 })
    }

    static func mistakes(exactly environment: [String: String]) -> [SettingMistake] {
        do throws(SettingsError) {
            _ = try Settings(environment: environment, host: host)
            return []
        } catch {
            return error.mistakes
        }
    }
}
