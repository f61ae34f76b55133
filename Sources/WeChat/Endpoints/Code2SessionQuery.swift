import HTTP
import HTTPClient
import OpenSSL

/// What the code2Session calls of an app ask with, but for the code, made once: the secret in it needs escaping.
final class Code2SessionQuery: Sendable, Redacted {
    let app: AppID
    let template: TargetTemplate

    init(id: AppID, secret: AppSecret) {
        app = id
        // An AppID contains nothing that would need it.
        template = TargetTemplate(
            before: "/sns/jscode2session?appid=\(id.string)&secret=\(PercentEncoding.encode(secret.string))&js_code=",
            after: "&grant_type=authorization_code"
        )
    }
}
