import FoundationEssentials
import Testing

/// The error bodies that were seen in the wild, one a line, byte for byte, and what each of them must come to.
///
/// The file is the fixture of the simulator's tests too, which is why the expectations are not in it.
enum ErrorBodies {
    enum Kind: Sendable {
        case busy, invalidCode, codeUsed, userBlocked, rateLimited, misconfigured, invalidAccessToken
        case unexpected
    }

    struct Row: Sendable {
        let errcode: Int
        let kind: Kind
        let errmsg: String
        let rid: String?

        init(_ errcode: Int, _ kind: Kind, _ errmsg: String, rid: String?) {
            self.errcode = errcode
            self.kind = kind
            self.errmsg = errmsg
            self.rid = rid
        }
    }

    /// The lines of the fixture.
    static func load() throws -> [[UInt8]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/error-bodies.jsonl")
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    /// In the order of the file.
    static let expected = [
        Row(40029, .invalidCode, "invalid code", rid: "66c69111-4157f271-729ca238"),
        Row(40163, .codeUsed, "code been used", rid: "6166f719-6cb5d09c-633ab469"),
        Row(40013, .misconfigured, "invalid appid", rid: "664ef1ea-61270f43-2b492c40"),
        Row(40125, .misconfigured, "invalid appsecret", rid: "66b5fb8f-5e3c0071-3d7f539a"),
        Row(41002, .misconfigured, "appid missing", rid: "619c7771-0a02d499-79942718"),
        Row(
            40164,
            .misconfigured,
            "invalid ip 14.22.81.196 ipv6 ::ffff:14.22.81.196, not in whitelist",
            rid: "66222748-63805354-3e7bbd7f"
        ),
        Row(
            45011,
            .rateLimited,
            "api minute-quota reach limit, must slower, retry next minute",
            rid: "658c03c7-029c8f19-07211e07"
        ),
        Row(45009, .rateLimited, "reach max api daily quota limit", rid: "6303397c-165f2a7b-1fc0a118"),
        Row(40226, .userBlocked, "code blocked, hints: [ req_id: qEjdmsNre-EYNDhA ]", rid: nil),
        Row(-1, .busy, "system error", rid: "6128f1e4-67a7403c-455b6876"),
        Row(-1, .busy, "system error", rid: "621361a0-517390f9-41f464e7"),
        Row(-1, .busy, "system error hint: [gJafs0mre-.4p9.a]", rid: "654240d4-0f028fa8-266a41b6"),
        Row(
            40001,
            .invalidAccessToken,
            "invalid credential, access_token is invalid or not latest",
            rid: "622029dd-23ac4086-5668d53d"
        ),
        Row(
            40001,
            .invalidAccessToken,
            "invalid credential, access_token is invalid or not latest"
                + ", could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
            rid: "652e44ff-75c3329a-06240aa9"
        ),
        Row(42001, .invalidAccessToken, "access_token expired", rid: "68aeab00-21ea7900-3a442400"),
        Row(40125, .misconfigured, "invalid appsecret", rid: "6268c73d-394b60eb-228e8df8"),
        Row(
            40164,
            .misconfigured,
            "invalid ip 101.226.140.206 ipv6 ::ffff:101.226.140.206, not in whitelist",
            rid: "64e5d2d0-18b1978d-6abec211"
        ),
        Row(40029, .invalidCode, "invalid code hint: [qigBTVNre-vXl5ra]", rid: "6437cc6f-48613c7c-0bdbbd0d"),
        Row(40013, .misconfigured, "invalid appid hint: [VGAfM53Vf-0x58Ga]", rid: "65434555-23f9c67a-5e25193c"),
        Row(
            45011,
            .rateLimited,
            "api minute-quota reach limit, must slower, retry next minute",
            rid: "62905cee-034a9c7a-4155cf70"
        ),
        Row(47001, .unexpected, "data format error hint: [3EbbrrMre-fexjaA]", rid: "640161eb-7cb2ea9e-371e808c"),
        Row(47001, .unexpected, "data format error", rid: "62bad49b-78976ba8-27c3c1c3"),
        Row(41030, .misconfigured, "invalid page", rid: "61e12b6f-053131ca-0e4a5244"),
        Row(
            40169,
            .unexpected,
            "invalid length for scene, or the data is not json string",
            rid: "669e174a-303bcbd1-71c3ffbf"
        ),
        Row(
            40159,
            .unexpected,
            "invalid length for path, or the data is not json string",
            rid: "622da4c6-016ab399-3a6e185d"
        ),
        Row(87009, .unexpected, "invalid signature", rid: "6552e3da-6397437b-3f0d4f01"),
        Row(89300, .unexpected, "invalid trade", rid: "67ab0f8a-51b4842b-517a4843"),
        Row(40003, .unexpected, "invalid openid", rid: "6128972d-58a7205f-15c08963"),
        Row(61010, .unexpected, "code is expired", rid: "64658b59-5cfe0fa0-4261acbd"),
        Row(1007, .unexpected, "", rid: "6374a31a-1d2ecec6-3d2c5d0a"),
        Row(50002, .misconfigured, "user limited", rid: "5f977d3d-369c9f40-0dcd174a"),
        Row(48001, .misconfigured, "api unauthorized, rid: xxx", rid: nil),
        Row(40234, .unexpected, "invalid signature", rid: "660bbf5d-42122766-7111a136"),
        Row(40235, .unexpected, "invalid encrypt", rid: "660bbb51-3e9b99bb-5a26a227"),
        Row(76001, .unexpected, "rid not found, please check", rid: "66c6a466-23edf354-2012b929"),
    ]
}
