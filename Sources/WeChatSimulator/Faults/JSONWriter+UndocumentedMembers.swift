extension JSONWriter {
    /// Members of each JSON type, one of them nested, none of them documented: what a client has to step over.
    mutating func undocumentedMembers() {
        member("expires_in", 7200)
        member("is_snapshotuser", true)
        key("ext")
        beginObject()
        key("list")
        beginArray()
        value(1)
        value("\u{5FAE}\u{4FE1}\"\\\n")
        endArray()
        member("openid", "not-this-one")
        endObject()
    }
}
