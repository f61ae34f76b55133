/// An error reply of WeChat: its number, its text and the way in which the request id is attached.
///
/// The texts and shapes are those of replies that were seen in the wild (facts sheet 1, 11 and 13.4).
struct WeChatFailure: Equatable, Sendable {
    /// How the request id follows the text; it differs by the family of endpoints and by the layer that refuses.
    enum Tail: Equatable, Sendable {
        /// `…, rid: 66c69111-4157f271-729ca238`, on `/sns/*`.
        case commaAndRid
        /// `… rid: 66c69111-4157f271-729ca238`, on `/cgi-bin/*` and `/wxa/*`.
        case rid
        /// `… hint: [qigBTVNre-vXl5ra] rid: 6437cc6f-48613c7c-0bdbbd0d`, on some business endpoints.
        case hintAndRid
        /// `…, hints: [ req_id: qEjdmsNre-EYNDhA ]`, an older layer that still answers for blocked users.
        case requestID
    }

    /// The endpoints that word their refusals alike.
    enum Family: Sendable {
        /// `/sns/*`
        case sns
        /// `/cgi-bin/*`, `/wxa/*`
        case cgi
        /// `/wxa/business/*`
        case business

        /// The error as an endpoint of the family words it. A number that nobody knows gets `simulated error`.
        func failure(_ errcode: Int) -> WeChatFailure {
            WeChatFailure(errcode, WeChatFailure.text(errcode) ?? "simulated error", tail: tail(errcode))
        }

        /// The refusal of an address that is not on the app's whitelist.
        func addressRefused(ip: String) -> WeChatFailure {
            // WeChat shows an IPv4 client in both notations. How it shows an IPv6 client is not known.
            let ipv6 = ip.contains(":") ? ip : "::ffff:" + ip
            return WeChatFailure(40164, "invalid ip \(ip) ipv6 \(ipv6), not in whitelist", tail: tail(40164))
        }

        private func tail(_ errcode: Int) -> Tail {
            switch (self, errcode) {
            case (.sns, 40226): .requestID
            // Refusals of quotas and of access_tokens come from a layer in front of all endpoints.
            case (.sns, 45009): .rid
            case (.sns, _): .commaAndRid
            case (.business, 40001), (.business, 40014), (.business, 41001), (.business, 42001), (.business, 45009),
                (.business, 45011):
                .rid
            case (.business, _): .hintAndRid
            case (.cgi, _): .rid
            }
        }
    }

    let errcode: Int
    let message: String
    let tail: Tail

    init(_ errcode: Int, _ message: String, tail: Tail) {
        self.errcode = errcode
        self.message = message
        self.tail = tail
    }

    /// The error as `/sns/` words it.
    static func sns(_ errcode: Int) -> WeChatFailure { Family.sns.failure(errcode) }
    /// The error as `/cgi-bin/` and `/wxa/` word it.
    static func cgi(_ errcode: Int) -> WeChatFailure { Family.cgi.failure(errcode) }
    /// The error as `/wxa/business/` words it.
    static func business(_ errcode: Int) -> WeChatFailure { Family.business.failure(errcode) }

    /// The compact JSON of the reply, in WeChat's own shape or in one that a fault asks for.
    func body(rid: String, hint: String, spoiledBy fault: Fault? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.escapesSlashes = fault == .escapedSlashes
        json.beginObject()
        if fault == .errcodeString {
            json.member("errcode", String(errcode))
        } else {
            json.member("errcode", errcode)
        }
        json.member("errmsg", errmsg(rid: rid, hint: hint))
        if fault == .extraFields { json.undocumentedMembers() }
        json.endObject()
        return json.bytes
    }

    /// The text with the request id attached.
    private func errmsg(rid: String, hint: String) -> String {
        switch tail {
        case .commaAndRid: "\(message), rid: \(rid)"
        case .rid: "\(message) rid: \(rid)"
        case .hintAndRid: "\(message) hint: [\(hint)] rid: \(rid)"
        case .requestID: "\(message), hints: [ req_id: \(hint) ]"
        }
    }

    fileprivate static func text(_ errcode: Int) -> String? {
        switch errcode {
        case -1: "system error"
        case 40001: "invalid credential, access_token is invalid or not latest"
        case 40002: "invalid grant_type"
        case 40003: "invalid openid"
        case 40013: "invalid appid"
        case 40014: "invalid access_token"
        case 40029: "invalid code"
        case 40066: "invalid url"
        case 40097: "invalid args"
        case 40125: "invalid appsecret"
        case 40129: "invalid scene"
        case 40163: "code been used"
        case 40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist"
        case 40165: "invalid weapp pagepath"
        case 40169: "invalid length for scene, or the data is not json string"
        case 40212: "invalid query"
        case 40226: "code blocked"
        case 40234: "invalid signature"
        case 40235: "invalid encrypt"
        case 40243: "AppSecret frozen"
        case 41001: "access_token missing"
        case 41002: "appid missing"
        case 41004: "appsecret missing"
        case 41008: "missing code"
        case 41030: "invalid page"
        case 42001: "access_token expired"
        case 43002: "require POST method"
        case 43003: "require https"
        case 44002: "empty post data"
        case 44990: "reach max api second frequence limit"
        case 44993: "reach max api day frequence limit"
        case 45009: "reach max api daily quota limit"
        case 45011: "api minute-quota reach limit, must slower, retry next minute"
        case 47001: "data format error"
        case 48001: "api unauthorized"
        case 48004: "api forbidden for irregularities"
        case 50002: "user limited"
        case 76021: "cgi_path not found, please check"
        case 76022: "could not use this cgi_path,no permission"
        case 85096: "not allow include scancode_time field"
        case 85401: "time limit between 1min and 30days"
        case 85402: "invalid env_version"
        case 87007: "session_key is not existd or expired"
        case 87008: "invalid sig_method"
        case 87009: "invalid signature"
        // Only the meaning of these is published; the words are ours.
        case 89503: "this ip must be confirmed by an administrator"
        case 89506: "this ip was refused by an administrator twice, try again after 24 hours"
        case 89507: "this ip was refused by an administrator, try again after 1 hour"
        default: nil
        }
    }
}
