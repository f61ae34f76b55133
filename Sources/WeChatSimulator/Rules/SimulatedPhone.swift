/// A phone number as WeChat knows it.
public struct SimulatedPhone: Equatable, Sendable {
    /// The number without its country's prefix.
    public let purePhoneNumber: String
    /// The country's prefix.
    public let countryCode: String

    /// The number of WeChat's own documentation.
    public static let sample = SimulatedPhone(uncheckedNumber: "13580006666", countryCode: "86")

    /// Returns nil unless the number is 4 to 20 digits and the prefix 1 to 4.
    public init?(purePhoneNumber: String, countryCode: String = "86") {
        guard Self.isDigits(purePhoneNumber, count: 4...20), Self.isDigits(countryCode, count: 1...4) else {
            return nil
        }
        self.init(uncheckedNumber: purePhoneNumber, countryCode: countryCode)
    }

    private init(uncheckedNumber: String, countryCode: String) {
        purePhoneNumber = uncheckedNumber
        self.countryCode = countryCode
    }

    /// The number; a foreign one with its prefix, whose exact notation no page tells.
    public var phoneNumber: String { countryCode == "86" ? purePhoneNumber : "+\(countryCode)\(purePhoneNumber)" }

    /// Writes the members that reply and encrypted data share.
    func write(
        to json: inout JSONWriter,
        appid: String,
        timestamp: Int64,
        countryCodeIsNumber: Bool = false
    ) {
        json.member("phoneNumber", phoneNumber)
        json.member("purePhoneNumber", purePhoneNumber)
        if countryCodeIsNumber, let number = Int(countryCode) {
            json.member("countryCode", number)
        } else {
            json.member("countryCode", countryCode)
        }
        json.watermark(appid: appid, timestamp: timestamp)
    }

    private static func isDigits(_ text: String, count: ClosedRange<Int>) -> Bool {
        count.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

extension JSONWriter {
    /// What WeChat puts into all open data, so that an app can tell its own.
    mutating func watermark(appid: String, timestamp: Int64) {
        key("watermark")
        beginObject()
        member("timestamp", Int(timestamp))
        member("appid", appid)
        endObject()
    }
}
