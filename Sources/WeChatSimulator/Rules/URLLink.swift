import FoundationEssentials

/// A link into the mini-program that an app asked for, after all checks but that of the access_token (facts sheet 4.4).
struct URLLink: Equatable, Sendable {
    /// Why there is no link: WeChat's errcode.
    struct Refusal: Error, Equatable {
        let errcode: Int
    }

    /// Characters of a query.
    static let queryLengthMax = 1024
    /// How long a link may live.
    static let lifetimeRange: ClosedRange<Duration> = .seconds(60)...lifetimeMax
    /// How long it lives at most: 30 days.
    static let lifetimeMax: Duration = .seconds(30 * 86_400)

    let appid: String
    /// Without a leading slash; empty for the home page.
    let page: String
    /// Percent-encoded, as sent.
    let query: String
    let environment: AppEnvironment
    let expiresAt: UnixTime

    /// What the page gets as its `scene`, decoded; empty where the query has none.
    var scene: String { QueryParameters(query)["scene"] ?? "" }

    /// Reads the body of a request.
    init(_ body: [UInt8], of app: SimulatedApp, at now: UnixTime) throws(Refusal) {
        if body.isEmpty { throw Refusal(errcode: 44002) }
        guard let members = try? JSONDecoder().decode(URLLinkMembers.self, from: Data(body)) else {
            throw Refusal(errcode: 47001)
        }
        guard let environment = AppEnvironment(name: members.environment) else { throw Refusal(errcode: 85402) }
        let path = members.path ?? ""
        let page = path.hasPrefix("/") ? String(path.dropFirst()) : path
        guard Self.has(app, page, in: environment) else { throw Refusal(errcode: 40165) }
        let query = members.query ?? ""
        guard query.utf8.count <= Self.queryLengthMax, query.utf8.allSatisfy(Self.isQueryCharacter) else {
            throw Refusal(errcode: 40212)
        }

        appid = app.appid
        self.page = page
        self.query = query
        self.environment = environment
        expiresAt = try Self.expiry(members, at: now)
    }

    /// Only a release has to have the page; the home page is there whenever there is a release.
    private static func has(_ app: SimulatedApp, _ page: String, in environment: AppEnvironment) -> Bool {
        if page.isEmpty { return environment != .release || !app.publishedPages.isEmpty }
        guard WXACode.isPage(page) else { return false }
        return environment != .release || app.publishedPages.contains(page)
    }

    private static func expiry(_ members: URLLinkMembers, at now: UnixTime) throws(Refusal) -> UnixTime {
        switch members.expiryKind ?? 0 {
        case 0:
            // Far beyond any date that counts, and far from an overflow.
            guard let time = members.expiresAt, (0...9_999_999_999).contains(time) else {
                throw Refusal(errcode: 85401)
            }
            let moment = UnixTime(seconds: time)
            guard lifetimeRange.contains(moment - now) else { throw Refusal(errcode: 85401) }
            return moment
        case 1:
            guard let days = members.expiresInDays, (1...30).contains(days) else { throw Refusal(errcode: 85401) }
            return now + .seconds(days * 86_400)
        default:
            throw Refusal(errcode: 40097)
        }
    }

    private static func isQueryCharacter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "%") || WXACode.isSceneCharacter(byte)
    }
}
