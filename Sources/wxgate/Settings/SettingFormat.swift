import HTTPServer
import Logging

/// How the text of a variable becomes a value: what is allowed, in words, and the check itself.
struct SettingFormat<Value> {
    let allowed: String
    /// How `--check-config` writes the value.
    var written: (Value) -> String = { "\($0)" }
    let parse: (String) throws(SettingFault) -> Value
}

extension SettingFormat where Value == Int {
    /// A whole number. `reason` says what the number is good for or why it ends there.
    static func number(_ range: ClosedRange<Int>, _ reason: String) -> SettingFormat {
        SettingFormat(allowed: "a whole number from \(range.lowerBound) to \(range.upperBound) (\(reason))") {
            text throws(SettingFault) in
            guard let number = DecimalNumber.parse(text) else { throw SettingFault("not a whole number") }
            guard range.contains(number) else { throw SettingFault("out of range") }
            return number
        }
    }
}

extension SettingFormat where Value == String {
    static var appID: SettingFormat {
        SettingFormat(allowed: "wx and 16 lower-case letters or digits, as mp.weixin.qq.com shows it") {
            text throws(SettingFault) in try AppSettings.checkAppID(text)
        }
    }

    /// The path of a PEM file with at least one certificate.
    static var certificateFile: SettingFormat {
        SettingFormat(allowed: "a PEM file of certificates") { path throws(SettingFault) in
            let text = try SettingFile.read(path)
            guard text.contains("-----BEGIN CERTIFICATE-----") || text.contains("-----BEGIN TRUSTED CERTIFICATE-----")
            else { throw SettingFault("the file holds no certificate") }
            return path
        }
    }
}

extension SettingFormat where Value == SecretText {
    static var appSecret: SettingFormat {
        SettingFormat(allowed: "16 to 64 printable ASCII characters; WeChat's are 32 hex digits") {
            text throws(SettingFault) in try AppSettings.checkSecret(text)
        }
    }
}

extension SettingFormat where Value == SecretText {
    /// Random keys of that length cannot be guessed over the network; shorter ones are words.
    static var adminKey: SettingFormat {
        SettingFormat(allowed: "20 to 256 printable ASCII characters without spaces") { text throws(SettingFault) in
            guard (20...256).contains(text.utf8.count) else { throw SettingFault("not 20 to 256 characters") }
            guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw SettingFault("a space, a control character or a character outside ASCII")
            }
            return SecretText(text)
        }
    }
}

extension SettingFormat where Value == ListenAddress {
    static var listenAddress: SettingFormat {
        SettingFormat(allowed: "address:port, such as 127.0.0.1:8080 or [::]:8080, port 0 to 65535") {
            text throws(SettingFault) in try ListenAddress(text)
        }
    }
}

extension SettingFormat where Value == [UpstreamBase] {
    static var upstreamBases: SettingFormat {
        SettingFormat(
            allowed: "1 to \(UpstreamBase.countMax) different http or https URLs without user name, query and fragment,"
                + " separated by commas",
            written: { $0.map(\.description).joined(separator: ",") },
            parse: { text throws(SettingFault) in try UpstreamBase.parseList(text) }
        )
    }
}

extension SettingFormat where Value == SessionLimits {
    static var sessionLimits: SettingFormat {
        SettingFormat(
            allowed: "a whole number from 0 to \(SessionLimits.sessionsMax), or mini=1,web=5 (0: unlimited)"
        ) { text throws(SettingFault) in try SessionLimits(text) }
    }
}

extension SettingFormat where Value == [AddressRange] {
    static var addressRanges: SettingFormat {
        SettingFormat(
            allowed: "IP addresses or CIDR blocks, such as 10.0.0.0/8,::1, separated by commas",
            written: { $0.map(\.description).joined(separator: ",") },
            parse: { text throws(SettingFault) in
                var ranges: [AddressRange] = []
                for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
                    guard let range = AddressRange(String(part)) else {
                        throw SettingFault("entry \(index + 1) is neither an address nor a block")
                    }
                    ranges.append(range)
                }
                return ranges
            }
        )
    }
}

extension SettingFormat where Value == Logger.Level {
    static var logLevel: SettingFormat {
        SettingFormat(allowed: Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")) {
            text throws(SettingFault) in
            guard let level = Logger.Level(rawValue: text) else { throw SettingFault("unknown") }
            return level
        }
    }
}

extension SettingFormat where Value == LogFormat {
    static var logFormat: SettingFormat {
        SettingFormat(allowed: LogFormat.allCases.map(\.rawValue).joined(separator: ", ")) {
            text throws(SettingFault) in
            guard let format = LogFormat(rawValue: text) else { throw SettingFault("unknown") }
            return format
        }
    }
}
