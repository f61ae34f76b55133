public import OpenSSL

/// A user's phone number as WeChat verified it. Personal, so it prints as redacted.
public struct PhoneNumber: Equatable, Sendable, Redacted {
    /// The number; a foreign one with its country's prefix.
    public let phoneNumber: String
    /// The number without prefix.
    public let purePhoneNumber: String
    /// The country's prefix, such as `86`.
    public let countryCode: String
    /// `watermark.appid`: the caller must compare it with its own app.
    public let appID: String

    /// Puts the parts together, unchecked.
    public init(phoneNumber: String, purePhoneNumber: String, countryCode: String, appID: String) {
        self.phoneNumber = phoneNumber
        self.purePhoneNumber = purePhoneNumber
        self.countryCode = countryCode
        self.appID = appID
    }

    /// The number in decrypted user data of the phone number button; nil when `json` holds none.
    public static func parse(json: [UInt8]) -> PhoneNumber? {
        StrictJSON.decode(Members.self, from: json)?.number
    }

    /// The members of a phone number, alike in the reply and in decrypted user data.
    struct Members: Decodable {
        private struct Watermark: Decodable {
            let appid: String
        }

        private let phoneNumber: String
        private let purePhoneNumber: String
        private let countryCode: String
        private let watermark: Watermark

        private enum CodingKeys: String, CodingKey {
            case phoneNumber, purePhoneNumber, countryCode, watermark
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            phoneNumber = try container.decode(String.self, forKey: .phoneNumber)
            purePhoneNumber = try container.decode(String.self, forKey: .purePhoneNumber)
            watermark = try container.decode(Watermark.self, forKey: .watermark)
            // A number in WeChat's documentation, a string in its replies.
            if let number = try? container.decode(Int.self, forKey: .countryCode) {
                countryCode = String(number)
            } else {
                countryCode = try container.decode(String.self, forKey: .countryCode)
            }
        }

        /// The number, unless a part of it is empty, long or not visible ASCII: WeChat's are digits and perhaps a `+`.
        var number: PhoneNumber? {
            let parts = [phoneNumber, purePhoneNumber, countryCode]
            guard parts.allSatisfy(Self.isPart) else { return nil }
            return PhoneNumber(
                phoneNumber: phoneNumber,
                purePhoneNumber: purePhoneNumber,
                countryCode: countryCode,
                appID: watermark.appid
            )
        }

        private static func isPart(_ text: String) -> Bool {
            (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
    }
}
