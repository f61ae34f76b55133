internal import HTTPServer
internal import OpenSSL
internal import WeChat

/// A user's phone number as his record keeps it, sealed. Personal, so it prints as redacted.
struct BoundPhone: Equatable, Sendable, Redacted {
    private let phoneNumber: String
    private let purePhoneNumber: String
    private let countryCode: String

    /// Takes a number whose watermark was compared.
    init(_ number: PhoneNumber) {
        phoneNumber = number.phoneNumber
        purePhoneNumber = number.purePhoneNumber
        countryCode = number.countryCode
    }

    /// Reads what ``json()`` wrote; nil for anything else.
    init?(json: [UInt8]) {
        guard let members = JSONMembers(json) else { return nil }
        func text(_ name: StaticString) -> String? {
            if case .text(let text) = members.member(name) { text } else { nil }
        }
        guard let phoneNumber = text("phoneNumber"), let purePhoneNumber = text("purePhoneNumber"),
            let countryCode = text("countryCode")
        else { return nil }
        self.phoneNumber = phoneNumber
        self.purePhoneNumber = purePhoneNumber
        self.countryCode = countryCode
    }

    /// The three members as one JSON object: what its owner gets, and what is sealed.
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
}
