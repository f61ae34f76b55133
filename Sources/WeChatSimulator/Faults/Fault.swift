/// One way in which an upstream misbehaves.
public enum Fault: Equatable, Sendable {
    /// An error reply with this number and, if given, this text instead of WeChat's own.
    case errcode(Int, errmsg: String? = nil)
    /// No reply until the client leaves.
    case hang
    /// The connection is reset (RST) after the request was read.
    case reset
    /// The connection is closed (FIN) without a reply after the request was read.
    case close
    /// The reply promises keep-alive, then the connection is closed at once.
    case closeIdle
    /// An HTML page with status 200.
    case html200
    /// A proxy's HTML page with status 502.
    case html502
    /// Status 200 and an empty body.
    case empty
    /// Content-Length of the whole reply, the first half of it, then the connection is closed.
    case halfJSON
    /// A valid reply with ten megabytes in one member.
    case hugeJSON
    /// The reply within an array.
    case array
    /// A reply without openid.
    case openidMissing
    /// A reply whose openid is a number.
    case openidNumber
    /// A session_key that does not decode to 16 bytes.
    case sessionKeyLength
    /// `"errcode":0,"errmsg":"ok"` on success, as WeChat's documentation shows it.
    case errcodeZero
    /// errcode as a string, on success and on errors.
    case errcodeString
    /// Members that no documentation names.
    case extraFields
    /// `/` written as `\/`.
    case escapedSlashes
    /// countryCode of a phone number as a number, as WeChat's documentation shows it.
    case countryCodeNumber
    /// The reply a few bytes at a time.
    case drip(bytes: Int = 1, everyMilliseconds: UInt64 = 100)

    /// The faults without parameters, under the names of the control API.
    static let named: [String: Fault] = Dictionary(
        uniqueKeysWithValues: [
            .hang, .reset, .close, .closeIdle, .html200, .html502, .empty, .halfJSON, .hugeJSON, .array, .openidMissing,
            .openidNumber, .sessionKeyLength, .errcodeZero, .errcodeString, .extraFields, .escapedSlashes,
            .countryCodeNumber,
        ].map { (fault: Fault) in (fault.name, fault) }
    )

    /// The name under which control API and counters know the fault.
    public var name: String {
        switch self {
        case .errcode: "errcode"
        case .hang: "hang"
        case .reset: "reset"
        case .close: "close"
        case .closeIdle: "close_idle"
        case .html200: "html_200"
        case .html502: "html_502"
        case .empty: "empty"
        case .halfJSON: "half_json"
        case .hugeJSON: "huge_json"
        case .array: "array"
        case .openidMissing: "openid_missing"
        case .openidNumber: "openid_number"
        case .sessionKeyLength: "session_key_length"
        case .errcodeZero: "errcode_zero"
        case .errcodeString: "errcode_string"
        case .extraFields: "extra_fields"
        case .escapedSlashes: "escaped_slashes"
        case .countryCodeNumber: "country_code_number"
        case .drip: "drip"
        }
    }

    /// Whether the fault spoils a real reply, so that the exchange must have taken place.
    var needsReply: Bool {
        switch self {
        case .errcode, .hang, .reset, .close, .html200, .html502, .empty: false
        case .closeIdle, .halfJSON, .hugeJSON, .array, .openidMissing, .openidNumber, .sessionKeyLength, .errcodeZero,
            .errcodeString, .extraFields, .escapedSlashes, .countryCodeNumber, .drip:
            true
        }
    }
}
