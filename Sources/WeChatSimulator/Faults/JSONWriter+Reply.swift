extension JSONWriter {
    /// Made once: a debug build would spend seconds on it, with the state locked.
    private static let paddingOfHugeJSON = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000)

    /// A reply of success, in WeChat's own shape or in one of the shapes that faults ask for.
    ///
    /// - Parameter confirms: whether the endpoint says errcode 0 by itself, before everything else.
    static func reply(
        confirms: Bool,
        spoiledBy fault: Fault?,
        _ writeMembers: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var json = JSONWriter()
        json.escapesSlashes = fault == .escapedSlashes
        if fault == .array { json.beginArray() }
        json.beginObject()
        if confirms { json.confirmation(isString: fault == .errcodeString) }
        writeMembers(&json)
        if !confirms, fault == .errcodeZero || fault == .errcodeString {
            json.confirmation(isString: fault == .errcodeString)
        }
        if fault == .extraFields { json.undocumentedMembers() }
        if fault == .hugeJSON { json.member("padding", quoted: paddingOfHugeJSON) }
        json.endObject()
        if fault == .array { json.endArray() }
        return json.bytes
    }

    private mutating func confirmation(isString: Bool) {
        if isString {
            member("errcode", "0")
        } else {
            member("errcode", 0)
        }
        member("errmsg", "ok")
    }
}
