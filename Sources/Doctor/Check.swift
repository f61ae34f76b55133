/// What the doctor looks at; the names in its lines, which do not change between versions.
public enum Check: String, Sendable, CaseIterable {
    /// Which access_token the gateway uses, and what the doctor's own calls do to it.
    case tokenMode = "token_mode"

    // Of each base:

    /// Its host name resolves.
    case dns
    /// It takes a TCP connection.
    case tcp
    /// The file of authorities can be used.
    case ca
    /// Its certificate is good.
    case tls
    /// What answers there is WeChat's API.
    case http
    /// Its clock and ours agree.
    case clock

    // Of each app:

    /// WeChat knows the AppID.
    case appID = "appid"
    /// The AppSecret is the app's own.
    case secret
    /// The AppSecret is not frozen.
    case frozen
    /// The app's account is not limited.
    case account
    /// The IP white list has our address.
    case ipWhiteList = "ip_whitelist"
    /// WeChat's risk control lets our address pass.
    case ipRisk = "ip_risk"
    /// WeChat gives an access_token.
    case accessToken = "access_token"
    /// Login codes can be exchanged.
    case login
    /// Calls are left, path by path.
    case quota
    /// The page of the web login is published.
    case qrPage = "qr_page"
}
