import HTTP
import OpenSSL

/// Path and query of an app's code2Session calls up to the code, made once: the secret in it needs escaping.
struct Code2SessionQuery: Equatable, Sendable, Redacted {
    let text: String

    init(id: AppID, secret: AppSecret) {
        // An AppID contains nothing that would need it.
        text = "/sns/jscode2session?appid=\(id.string)&secret=\(PercentEncoding.encode(secret.string))&js_code="
    }
}
