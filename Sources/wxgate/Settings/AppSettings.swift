/// One configured mini-program.
struct AppSettings: Sendable, Hashable {
    let appID: String
    let secret: SecretText
    /// Name shown on the confirm screen of the web login.
    var site: String?
    /// The mini-program's page that a web login opens; nil: the one of `Settings`.
    var qrPage: String?

    /// WeChat writes an AppID as `wx` and 16 lower-case letters or digits.
    static func checkAppID(_ text: String) throws(SettingFault) -> String {
        let isAppID =
            text.hasPrefix("wx") && text.utf8.count == 18
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            }
        guard isAppID else { throw SettingFault("not an AppID") }
        return text
    }

    /// WeChat's own are 32 hex digits (`isUsualSecret`); a simulator may use others, so only what no secret can be is refused.
    static func checkSecret(_ text: String) throws(SettingFault) -> SecretText {
        guard (16...64).contains(text.utf8.count) else { throw SettingFault("not 16 to 64 characters") }
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw SettingFault("a space, a control character or a character outside ASCII")
        }
        return SecretText(text)
    }

    /// A name for people to read, of one line. They decide by it, so nothing in it may change how the rest is drawn.
    static func checkSite(_ text: String) throws(SettingFault) -> String {
        let isName =
            (1...64).contains(text.count)
            && !text.unicodeScalars.contains {
                $0.properties.generalCategory == .control || $0.properties.isBidiControl
            }
        guard isName else { throw SettingFault("not 1 to 64 characters without control characters") }
        return text
    }

    /// A page as app.json lists it. WeChat refuses a leading slash and parameters here.
    static func checkPage(_ text: String) throws(SettingFault) -> String {
        let isPage =
            (1...128).contains(text.utf8.count) && !text.hasPrefix("/")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
                default: false
                }
            }
        guard isPage else { throw SettingFault("not a page such as pages/login/index") }
        return text
    }

    var hasUsualSecret: Bool {
        secret.exposed.utf8.count == 32
            && secret.exposed.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
