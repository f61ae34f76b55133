/// One mini-program as the simulator knows it.
public struct SimulatedApp: Sendable {
    /// `wx` and 16 lower-case hexadecimal digits.
    public let appid: String
    /// The app's secret: 32 lower-case hexadecimal digits.
    public var secret: String
    /// Whether the owner froze the secret: each use is refused with 40243.
    public var isFrozen = false
    /// The addresses that may use the secret; absent when the list is switched off, as it is at first.
    public var ipWhiteList: IPWhiteList?
    /// How many logins a day the app may make before 45009; absent for no limit. WeChat publishes no figure.
    public var loginsPerDayMax: Int?
    /// How many logins a minute each user may make before 45011.
    public var loginsPerUserMinuteMax = 100
    /// Whether the app belongs to an Open Platform account, so that its users have a unionid.
    public var hasUnionid = false
    /// When `wx.login` rotates the user's session_key.
    public var sessionKeyPolicy = SessionKeyPolicy.always
    /// How it gets its access_tokens.
    public var accessTokens = AccessTokenRules()
    /// The pages of its release, as in `app.json`; the first is the home page. At most 1000.
    public var publishedPages = ["pages/index/index", "pages/login/index"]
    /// How many mini-program codes a minute it may make before 45009.
    public var wxaCodesPerMinuteMax = 5000
    /// How many links a second it may make before 44990.
    public var linksPerSecondMax = 100
    /// How many links a day it may make before 44993.
    public var linksPerDayMax = 500_000

    private var loginDay = QuotaWindow()

    /// Makes an app without restrictions.
    public init(appid: String, secret: String) {
        self.appid = appid
        self.secret = secret
    }

    /// Counts a login attempt. Returns false when the app's quota for today is used up.
    mutating func takeLogin(at now: UnixTime) -> Bool {
        guard let loginsPerDayMax else { return true }
        return loginDay.take(limit: loginsPerDayMax, in: now.beijingDay)
    }

    /// Whether the text has the shape of an appid.
    public static func isAppid(_ text: String) -> Bool {
        text.hasPrefix("wx") && isHexadecimal(text.utf8.dropFirst(2), count: 16)
    }

    /// Whether the text has the shape of an app secret.
    public static func isSecret(_ text: String) -> Bool {
        isHexadecimal(text.utf8[...], count: 32)
    }

    private static func isHexadecimal(_ text: Substring.UTF8View, count: Int) -> Bool {
        text.count == count
            && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension SimulatedApp: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The appid; never the secret.
    public var description: String { "SimulatedApp(\(appid))" }
    /// The appid; never the secret.
    public var debugDescription: String { description }
    /// Empty, so that a dump does not show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
