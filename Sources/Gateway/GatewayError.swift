internal import HTTP
public import HTTPServer
internal import OpenSSL
internal import WeChat

/// What can go wrong for a client of the gateway; the one place where the domain becomes HTTP (contract section 2).
public enum GatewayError: Error {
    /// A member of the request is missing, ill-typed or over-long; the text names it.
    case invalidRequest(String)
    /// The body has another media type than JSON or a form.
    case unsupportedMediaType
    /// The appid is not configured, or missing while several are.
    case unknownApp(String)
    /// The code was used before, by somebody else or too long ago.
    case codeUsed
    /// sha1(rawData + session_key) differs.
    case invalidSignature
    /// encryptedData or iv is not what AES-128-CBC takes.
    case decryptFailed
    /// No padding, JSON and watermark come out: the session_key is another one by now.
    case sessionKeyExpired
    /// The data is of another app.
    case watermarkMismatch
    /// The credentials are good, but not for this object.
    case forbidden(String)
    /// There is no such thing.
    case notFound(String)
    /// The token proves no live session.
    case invalidToken(InvalidTokenReason)
    /// The ticket or scene is gone, or never was.
    case qrExpired
    /// The ticket stands otherwise; the text says how.
    case qrConflict(String)
    /// The scan was launched in a way by which people are tricked.
    case launchRefused
    /// Too many of something from one address or user; again after so many seconds.
    case rateLimited(String, retryAfter: Int)
    /// The gateway takes no more of something now; again after so many seconds.
    case overloaded(String, retryAfter: Int)
    /// A call of WeChat failed; `retryAfter` in seconds where waiting helps.
    case upstream(WeChatFailure)
    /// A store does not answer.
    case storeUnavailable
    /// A library that cannot fail in operation has failed.
    case internalFailure(String)

    /// Runs what fails only when OpenSSL itself does.
    static func ofLibrary<Result>(_ body: () throws(OpenSSLError) -> Result) throws(GatewayError) -> Result {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            throw .internalFailure("\(error)")
        }
    }
}

/// Why a token proves no live session (contract section 2, `reason`).
public enum InvalidTokenReason: String, Sendable {
    /// No credentials were sent.
    case missing
    /// Not a token at all.
    case malformed
    /// Not signed by this gateway.
    case unknown
    /// Its time is over.
    case expired
    /// A newer login took its place.
    case replaced
    /// An operator ended it.
    case revoked
    /// Its user ended it.
    case loggedOut = "logged_out"
}

extension GatewayError: ProblemConvertible {
    /// The error as clients see it.
    public var problem: Problem {
        switch self {
        case .invalidRequest(let detail): .invalidRequest(detail)
        case .unsupportedMediaType:
            .unsupportedMediaType("Send application/json or application/x-www-form-urlencoded.")
        case .unknownApp(let detail): .bad("unknown_app", "Unknown app", detail)
        case .codeUsed: .codeUsed()
        case .invalidSignature:
            .bad("invalid_signature", "Invalid signature", "The signature of rawData is not right for this login.")
        case .decryptFailed:
            .bad("decrypt_failed", "Decryption failed", "encryptedData or iv is malformed.")
        case .watermarkMismatch:
            .bad("watermark_mismatch", "Watermark mismatch", "The encrypted data is of another app.")
        case .sessionKeyExpired:
            Problem(
                status: .conflict,
                error: "session_key_expired",
                title: "Session key expired",
                detail: "The encrypted data does not fit the session_key; call wx.login again."
            )
        case .forbidden(let detail):
            Problem(status: .forbidden, error: "forbidden", title: "Forbidden", detail: detail)
        case .notFound(let detail):
            Problem(status: .notFound, error: "not_found", title: "Not found", detail: detail)
        case .invalidToken(let reason): .invalidToken(reason)
        case .qrExpired:
            Problem(
                status: .gone,
                error: "qr_expired",
                title: "QR login expired",
                detail: "This login is over; begin anew."
            )
        case .qrConflict(let detail):
            Problem(status: .conflict, error: "qr_conflict", title: "QR login conflict", detail: detail)
        case .launchRefused:
            Problem(
                status: .forbidden,
                error: "launch_refused",
                title: "Launch refused",
                detail:
                    "Scan the code on the screen with the camera: codes out of albums, chats, cards and links are refused."
            )
        case .rateLimited(let detail, let retryAfter):
            Problem(
                status: .tooManyRequests,
                error: "rate_limited",
                title: "Rate limited",
                detail: detail,
                headers: [("Retry-After", String(retryAfter))]
            )
        case .overloaded(let detail, let retryAfter):
            Problem(
                status: .serviceUnavailable,
                error: "overloaded",
                title: "Overloaded",
                detail: detail,
                headers: [("Retry-After", String(retryAfter))]
            )
        case .upstream(let failure): failure.problem
        case .storeUnavailable:
            Problem(
                status: .serviceUnavailable,
                error: "store_unavailable",
                title: "Store unavailable",
                detail: "A store does not answer; try again.",
                headers: [("Retry-After", "1")]
            )
        case .internalFailure: .internalError
        }
    }
}

extension Problem {
    static func bad(_ error: String, _ title: String, _ detail: String, _ members: [Member] = []) -> Problem {
        Problem(status: .badRequest, error: error, title: title, detail: detail, members: members)
    }

    static func codeUsed(_ members: [Member] = []) -> Problem {
        bad("code_used", "Code used", "This code was exchanged before; call wx.login again.", members)
    }

    fileprivate static func invalidToken(_ reason: InvalidTokenReason) -> Problem {
        let detail =
            switch reason {
            case .missing: "No bearer token was sent."
            case .malformed: "This is not a token."
            case .unknown: "This token is not of this gateway."
            case .expired: "The token has expired; log in again."
            case .replaced: "A newer login took the place of this session."
            case .revoked: "The session was ended by an operator."
            case .loggedOut: "The session was logged out."
            }
        return Problem(
            status: .unauthorized,
            error: "invalid_token",
            title: "Invalid token",
            detail: detail,
            headers: [("WWW-Authenticate", "Bearer error=\"invalid_token\"")],
            members: [.reason(reason.rawValue)]
        )
    }
}
