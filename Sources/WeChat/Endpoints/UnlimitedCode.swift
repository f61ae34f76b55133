import HTTP
import HTTPClient

extension WeChatClient {
    /// The largest picture accepted: five times the largest one seen (195,169 bytes).
    private static let pictureBytesMax = 1 << 20

    /// Has WeChat draw a mini-program code (`POST /wxa/getwxacodeunlimit`): any number of them, 5,000 a minute, none of
    /// which ever expires. On the loop.
    ///
    /// - Parameter retriesBusy: false for a caller that counts every call, and so repeats one itself.
    /// - Throws: `WeChatError`. Of its own here: 41030 (`.misconfigured`) for a page that the published version does not
    ///   have, which WeChat may also say for minutes after a release; 45009 means the limit of a minute, despite its words.
    public func unlimitedCode(
        app: WeChatApp,
        _ parameters: UnlimitedCodeParameters,
        accessToken: AccessToken,
        retriesBusy: Bool = true
    ) async throws(WeChatError) -> CodePicture {
        let target = "/wxa/getwxacodeunlimit?access_token=\(PercentEncoding.encode(accessToken.string))"
        return try await post(
            .unlimitedQRCode,
            app: app.id,
            target,
            parameters,
            replyBytesMax: Self.pictureBytesMax,
            retriesBusy: retriesBusy
        ) { response throws(WeChatError) in
            try UnlimitedCodeReply.parse(status: response.status, body: response.body)
        }
    }
}

/// What a mini-program code leads to, and its size.
public struct UnlimitedCodeParameters: Encodable, Equatable, Sendable {
    /// The version of the mini-program that a scan opens.
    public enum Environment: String, CaseIterable, Encodable, Sendable {
        /// The published one.
        case release
        /// The one for testers.
        case trial
        /// The developer's own.
        case develop
    }

    /// What the page is told.
    public var scene: CodeScene
    /// The page without a leading `/` and without a query; nil for the home page.
    public var page: String?
    /// Whether the page must be in the published version; without the check an app has 60,000 pages.
    public var checksPath: Bool
    /// Which version opens.
    public var environment: Environment
    /// Pixels, 280 to 1280; nil for WeChat's default of 430. WeChat judges it.
    public var width: Int?

    /// Puts them together; by default as WeChat does.
    public init(
        scene: CodeScene,
        page: String? = nil,
        checksPath: Bool = true,
        environment: Environment = .release,
        width: Int? = nil
    ) {
        self.scene = scene
        self.page = page
        self.checksPath = checksPath
        self.environment = environment
        self.width = width
    }

    private enum CodingKeys: String, CodingKey {
        case scene, page, width
        case checksPath = "check_path"
        case environment = "env_version"
    }
}

/// The text that a mini-program code carries to its page.
///
/// Always sent as a string: a long number was seen to arrive changed.
public struct CodeScene: Hashable, Sendable, Encodable {
    /// As the page gets it.
    public let string: String

    /// Takes 1 to 32 of `0-9A-Za-z` and ``!#$&'()*+,/:;=?@-._~``, but not WeChat's own `scancode_time`; nil for anything
    /// else.
    public init?(_ string: String) {
        let isAccepted = string.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: "!#$&'()*+,/:;=?@-._~".utf8.contains(byte)
            }
        }
        guard isAccepted, (1...32).contains(string.utf8.count), !string.contains("scancode_time") else { return nil }
        self.string = string
    }

    /// The text alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}
