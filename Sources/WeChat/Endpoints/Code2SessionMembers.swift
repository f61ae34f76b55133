import JSON

/// Where the members of a code2Session reply lie in its bytes. Of a member that comes twice the first counts.
struct Code2SessionMembers {
    /// A text, or what takes its place.
    enum TextMember {
        /// Not there, or null.
        case absent
        case text(JSONText)

        func string(in body: Span<UInt8>) -> String {
            switch self {
            case .absent: ""
            case .text(let text): text.string(in: body)
            }
        }
    }

    private var openIDValue: JSONScanner.Value?
    private var unionIDValue: JSONScanner.Value?
    private var sessionKeyValue: JSONScanner.Value?
    private var errcodeValue: JSONScanner.Value?
    private var errmsgValue: JSONScanner.Value?

    /// Nil when the body is not one JSON object.
    init?(_ body: Span<UInt8>) {
        var members = Code2SessionMembers(openIDValue: nil)
        do throws(JSONScanner.Malformed) {
            try JSONScanner.forEachMember(of: body) { name, value in members.take(name, value, in: body) }
        } catch {
            return nil
        }
        self = members
    }

    private init(openIDValue: JSONScanner.Value?) {
        self.openIDValue = openIDValue
    }

    private mutating func take(_ name: JSONText, _ value: JSONScanner.Value, in body: Span<UInt8>) {
        if name.equals("openid", in: body) {
            if openIDValue == nil { openIDValue = value }
        } else if name.equals("session_key", in: body) {
            if sessionKeyValue == nil { sessionKeyValue = value }
        } else if name.equals("unionid", in: body) {
            if unionIDValue == nil { unionIDValue = value }
        } else if name.equals("errcode", in: body) {
            if errcodeValue == nil { errcodeValue = value }
        } else if name.equals("errmsg", in: body) {
            if errmsgValue == nil { errmsgValue = value }
        }
    }

    /// Nil when it is of another type than text, as for the next two.
    var openID: TextMember? { Self.text(openIDValue) }
    var unionID: TextMember? { Self.text(unionIDValue) }
    var sessionKey: TextMember? { Self.text(sessionKeyValue) }

    /// 0 when it is absent or null; nil when it is no whole number. A number in every reply seen, but one of WeChat's
    /// pages types it as a string.
    func errcode(in body: Span<UInt8>) -> Int? {
        switch errcodeValue {
        case nil, .null: return 0
        case .text(let text): return Int(text.string(in: body))
        case .number(let range): return Self.number(body.extracting(range))
        case .boolean, .composite: return nil
        }
    }

    /// Words only, so their type decides nothing.
    func errmsg(in body: Span<UInt8>) -> String {
        if case .text(let text) = errmsgValue { text.string(in: body) } else { "" }
    }

    private static func text(_ value: JSONScanner.Value?) -> TextMember? {
        switch value {
        case nil, .null: .absent
        case .text(let text): .text(text)
        case .boolean, .number, .composite: nil
        }
    }

    /// A whole number however it is written: 4.0e1 is 40.
    private static func number(_ bytes: Span<UInt8>) -> Int? {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }
}
