internal import FoundationEssentials
internal import HTTPServer
internal import OpenSSL

/// A user's phone number as WeChat writes it. Personal, so it prints as redacted.
struct PhoneNumber: Equatable, Sendable, Redacted {
    /// With the country's prefix where it is a foreign one.
    let phoneNumber: String
    /// Without the prefix.
    let purePhoneNumber: String
    /// Digits without a plus sign, `86` for instance.
    let countryCode: String

    init(phoneNumber: String, purePhoneNumber: String, countryCode: String) {
        self.phoneNumber = phoneNumber
        self.purePhoneNumber = purePhoneNumber
        self.countryCode = countryCode
    }

    /// Reads the three members of a JSON object and overlooks others; nil when one is missing or empty.
    init?(json: [UInt8]) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(json)) else { return nil }
        guard !members.phoneNumber.isEmpty, !members.purePhoneNumber.isEmpty, !members.countryCode.isEmpty else {
            return nil
        }
        self.init(
            phoneNumber: members.phoneNumber,
            purePhoneNumber: members.purePhoneNumber,
            countryCode: members.countryCode
        )
    }

    /// The three members as one JSON object: what clients get, and what is sealed for the store.
    func json() -> [UInt8] {
        var json = JSONObjectWriter()
        add(to: &json)
        return json.finish()
    }

    /// Adds the three members to an object.
    func add(to json: inout JSONObjectWriter) {
        json.add("phoneNumber", phoneNumber)
        json.add("purePhoneNumber", purePhoneNumber)
        json.add("countryCode", countryCode)
    }

    private struct Members: Decodable {
        let phoneNumber: String
        let purePhoneNumber: String
        let countryCode: String

        private enum CodingKeys: String, CodingKey {
            case phoneNumber, purePhoneNumber, countryCode
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            phoneNumber = try container.decode(String.self, forKey: .phoneNumber)
            purePhoneNumber = try container.decode(String.self, forKey: .purePhoneNumber)
            // WeChat's page shows a number, its replies hold a string (`wechat-api.md` section 5).
            if let number = try? container.decode(Int.self, forKey: .countryCode) {
                countryCode = String(number)
            } else {
                countryCode = try container.decode(String.self, forKey: .countryCode)
            }
        }
    }
}
