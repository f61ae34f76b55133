import Gateway
import WeChat

extension SettingFormat where Value == AccessTokenMode {
    static var accessTokenMode: SettingFormat {
        SettingFormat(
            allowed: AccessTokenMode.allCases.map(\.rawValue).joined(separator: " or "),
            written: \.rawValue,
            parse: { text throws(SettingFault) in
                guard let mode = AccessTokenMode(rawValue: text) else { throw SettingFault("unknown") }
                return mode
            }
        )
    }
}

extension SettingFormat where Value == String {
    static var qrPage: SettingFormat {
        SettingFormat(
            allowed: "a page as app.json lists it: 1 to 128 letters, digits, /, _, - and dots, no leading slash"
        ) { text throws(SettingFault) in try AppSettings.checkPage(text) }
    }
}

extension SettingFormat where Value == UnlimitedCodeParameters.Environment {
    static var qrEnvironment: SettingFormat {
        SettingFormat(
            allowed: UnlimitedCodeParameters.Environment.allCases.map(\.rawValue).joined(separator: ", "),
            written: \.rawValue,
            parse: { text throws(SettingFault) in
                guard let environment = UnlimitedCodeParameters.Environment(rawValue: text) else {
                    throw SettingFault("unknown")
                }
                return environment
            }
        )
    }
}
