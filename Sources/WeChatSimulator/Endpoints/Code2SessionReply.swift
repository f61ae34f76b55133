/// Writes the reply to a code exchange, in WeChat's own shape or in one of the shapes that faults ask for.
enum Code2SessionReply {
    static func body(of grant: Code2SessionEndpoint.Grant, spoiledBy fault: Fault? = nil) -> [UInt8] {
        JSONWriter.reply(confirms: false, spoiledBy: fault) { json in
            json.member("session_key", fault == .sessionKeyLength ? "dG9vc2hvcnQ=" : grant.sessionKey)
            switch fault {
            case .openidMissing: break
            case .openidNumber: json.member("openid", 12_345_678)
            default: json.member("openid", grant.openid)
            }
            json.member("unionid", grant.unionid)
        }
    }
}
