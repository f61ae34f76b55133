extension SettingFormat where Value == String {
    static var site: SettingFormat {
        SettingFormat(allowed: "1 to 64 characters without control characters") { text throws(SettingFault) in
            try AppSettings.checkSite(text)
        }
    }
}

extension SettingFormat where Value == Bool {
    static var onOff: SettingFormat {
        SettingFormat(
            allowed: "on or off",
            written: { $0 ? "on" : "off" },
            parse: { text throws(SettingFault) in
                switch text {
                case "on": true
                case "off": false
                default: throw SettingFault("neither of the two")
                }
            }
        )
    }
}

extension SettingFormat where Value == Set<Int> {
    /// WeChat's launch scenes are numbers from 1000 on; so far they have four digits.
    static var launchScenes: SettingFormat {
        SettingFormat(
            allowed: "different whole numbers from 1 to 9999, separated by commas, or nothing for none",
            written: { $0.sorted().map { "\($0)" }.joined(separator: ",") },
            parse: { text throws(SettingFault) in
                var scenes: Set<Int> = []
                for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
                    guard let scene = DecimalNumber.parse(part), (1...9999).contains(scene) else {
                        throw SettingFault("entry \(index + 1) is no launch scene")
                    }
                    guard scenes.insert(scene).inserted else { throw SettingFault("\(scene) occurs twice") }
                }
                return scenes
            }
        )
    }
}

extension SettingFormat where Value == [PageOrigin] {
    static var pageOrigins: SettingFormat {
        SettingFormat(
            allowed: "1 to \(PageOrigin.countMax) different origins such as https://shop.example or"
                + " http://localhost:3000, without path, * and null, separated by commas",
            written: { $0.map(\.description).joined(separator: ",") },
            parse: { text throws(SettingFault) in try PageOrigin.parseList(text) }
        )
    }
}
