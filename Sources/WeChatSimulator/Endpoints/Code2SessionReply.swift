/// Writes the reply to a code exchange, in WeChat's own shape or in one of the shapes that faults ask for.
enum Code2SessionReply {
    /// Made once: a debug build would spend seconds on it, with the state locked.
    private static let paddingOfHugeJSON = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000)

    static func body(of grant: Code2SessionEndpoint.Grant, spoiledBy fault: Fault? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.escapesSlashes = fault == .escapedSlashes
        if fault == .array { json.beginArray() }
        json.beginObject()
        json.member("session_key", fault == .sessionKeyLength ? "dG9vc2hvcnQ=" : grant.sessionKey)
        switch fault {
        case .openidMissing: break
        case .openidNumber: json.member("openid", 12_345_678)
        default: json.member("openid", grant.openid)
        }
        json.member("unionid", grant.unionid)
        switch fault {
        case .errcodeZero:
            json.member("errcode", 0)
            json.member("errmsg", "ok")
        case .errcodeString:
            json.member("errcode", "0")
            json.member("errmsg", "ok")
        case .extraFields:
            json.undocumentedMembers()
        case .hugeJSON:
            json.member("padding", quoted: paddingOfHugeJSON)
        default: break
        }
        json.endObject()
        if fault == .array { json.endArray() }
        return json.bytes
    }
}
