internal import OpenSSL
internal import WeChat

/// One code of one app.
struct CodeKey: Hashable, Sendable, Redacted {
    let appID: String
    let code: LoginCode
}
