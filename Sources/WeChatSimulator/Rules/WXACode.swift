import FoundationEssentials

/// A mini-program code that an app asked for, after all checks but that of the access_token (facts sheet 4.1).
struct WXACode: Equatable, Sendable {
    /// Why there is no code: WeChat's errcode.
    struct Refusal: Error, Equatable {
        let errcode: Int
    }

    /// Pixels on each side. What WeChat does beyond is not known; here the nearer bound counts.
    static let widthRange = 280.0...1280.0
    /// Characters of a scene.
    static let sceneLengthRange = 1...32

    let appid: String
    let scene: String
    /// Empty for the home page.
    let page: String
    let environment: AppEnvironment
    /// Pixels on each side.
    let width: Int
    /// Of the dark modules.
    let color: PNGImage.Color
    let isTransparent: Bool

    /// Reads the body of a request, in the order of WeChat's checks.
    init(_ body: [UInt8], of app: SimulatedApp) throws(Refusal) {
        if body.isEmpty { throw Refusal(errcode: 44002) }
        guard let members = try? JSONDecoder().decode(WXACodeMembers.self, from: Data(body)) else {
            throw Refusal(errcode: 40169)
        }
        guard !members.hasWrongType else { throw Refusal(errcode: 47001) }
        let scene = members.scene ?? ""
        guard Self.sceneLengthRange.contains(scene.unicodeScalars.count) else { throw Refusal(errcode: 40169) }
        guard scene.utf8.allSatisfy(Self.isSceneCharacter) else { throw Refusal(errcode: 40129) }
        guard let environment = AppEnvironment(name: members.environment), let color = members.color.rgb
        else { throw Refusal(errcode: 40097) }
        try Self.check(page: members.page, needsPublished: members.checksPath ?? true, of: app)

        appid = app.appid
        self.scene = scene
        page = members.page ?? ""
        self.environment = environment
        let width = members.width ?? 430
        self.width = Int(min(max(width, Self.widthRange.lowerBound), Self.widthRange.upperBound))
        self.color = members.picksColor == true ? .black : color
        isTransparent = members.isTransparent ?? false
    }

    /// Whether a page may be a page at all: no leading slash, no query.
    static func isPage(_ page: String) -> Bool {
        !page.isEmpty && !page.hasPrefix("/") && !page.utf8.contains(UInt8(ascii: "?"))
    }

    private static func check(page: String?, needsPublished: Bool, of app: SimulatedApp) throws(Refusal) {
        guard let page, !page.isEmpty else {
            // The home page, which only an app without any release lacks.
            guard !needsPublished || !app.publishedPages.isEmpty else { throw Refusal(errcode: 41030) }
            return
        }
        guard !page.contains("scancode_time") else { throw Refusal(errcode: 85096) }
        guard isPage(page), !needsPublished || app.publishedPages.contains(page) else {
            throw Refusal(errcode: 41030)
        }
    }

    /// Whether a scene may have the character.
    static func isSceneCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            "!#$&'()*+,/:;=?@-._~".utf8.contains(byte)
        }
    }
}
