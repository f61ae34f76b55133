import HTTP
import HTTPServer
import Testing
import WeChat

@testable import Gateway

/// The table of contract section 2, row by row, as far as its errors exist.
@Suite struct GatewayErrorTests {
    struct Row: Sendable, CustomStringConvertible {
        let error: GatewayError
        let status: Int
        let name: String
        var retryAfter: String?
        var errcode: Int?

        var description: String { "\(error)" }
    }

    /// Noon of 1970-01-01 in Beijing, less five seconds.
    private static let now: Int64 = 4 * 3600 - 5

    private static func refused(_ errcode: Int, _ status: Int, _ name: String, retryAfter: String? = nil) -> Row {
        let error = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: "words"))
        return row(error, status, name, retryAfter: retryAfter, errcode: errcode)
    }

    private static func row(
        _ error: WeChatError,
        _ status: Int,
        _ name: String,
        retryAfter: String? = nil,
        errcode: Int? = nil
    ) -> Row {
        Row(
            error: .upstream(WeChatFailure(error: error, now: now)),
            status: status,
            name: name,
            retryAfter: retryAfter,
            errcode: errcode
        )
    }

    private static let misconfigured =
        [40013, 40125, 40164, 40243, 41002, 41004, 41030, 48001, 50002, 89500, 89501, 89503, 89506, 89507, 89599]
        .map { refused($0, 502, "app_misconfigured") }

    private static let unnamed = [40001, 40002, 42001, 45029, 89499, 89600, 1, -2, 99999]
        .map { refused($0, 502, "upstream_invalid") }

    private static let rows: [Row] =
        [
            Row(error: .invalidRequest("code is missing."), status: 400, name: "invalid_request"),
            Row(error: .unsupportedMediaType, status: 415, name: "unsupported_media_type"),
            Row(error: .unknownApp("d"), status: 400, name: "unknown_app"),
            Row(error: .codeUsed, status: 400, name: "code_used"),
            Row(error: .invalidSignature, status: 400, name: "invalid_signature"),
            Row(error: .decryptFailed, status: 400, name: "decrypt_failed"),
            Row(error: .sessionKeyExpired, status: 409, name: "session_key_expired"),
            Row(error: .watermarkMismatch, status: 400, name: "watermark_mismatch"),
            Row(error: .forbidden("d"), status: 403, name: "forbidden"),
            Row(error: .storeUnavailable, status: 503, name: "store_unavailable", retryAfter: "1"),
            Row(error: .internalFailure("d"), status: 500, name: "internal"),
            refused(40029, 400, "invalid_code"), refused(41008, 400, "invalid_code"), refused(40163, 400, "code_used"),
            refused(40226, 403, "user_blocked"),
            refused(45011, 429, "rate_limited", retryAfter: "5"),
            refused(45009, 429, "rate_limited", retryAfter: "\(12 * 3600 + 5)"),
            refused(-1, 503, "upstream_busy", retryAfter: "1"),
            row(.invalidReply(reason: "r"), 502, "upstream_invalid"),
            row(.connection(reason: "r"), 502, "upstream_invalid"),
            row(.timeout, 504, "upstream_timeout"), row(.overloaded, 503, "overloaded", retryAfter: "1"),
            row(.cancelled, 503, "overloaded", retryAfter: "1"),
        ] + misconfigured + unnamed

    @Test(arguments: rows) func `each error has the contract's status, name and Retry-After`(row: Row) {
        let problem = row.error.problem
        #expect(Int(problem.status.code) == row.status)
        #expect(problem.error == row.name)
        #expect(problem.headers.first { $0.0 == "Retry-After" }?.1 == row.retryAfter)
        #expect(!problem.title.isEmpty && !problem.detail.isEmpty)
    }

    @Test(arguments: rows) func `errcode and errmsg are there when WeChat's reply caused it, and only then`(row: Row) {
        let expected: [Problem.Member] = row.errcode.map { [.errcode($0), .errmsg("words")] } ?? []
        #expect(row.error.problem.members == expected)
    }

    @Test(arguments: [
        (InvalidTokenReason.missing, "missing"), (.malformed, "malformed"), (.unknown, "unknown"),
        (.expired, "expired"),
        (.replaced, "replaced"), (.revoked, "revoked"), (.loggedOut, "logged_out"),
    ]) func `a bad token is 401 with the challenge and its reason`(reason: InvalidTokenReason, text: String) {
        let problem = GatewayError.invalidToken(reason).problem
        #expect(problem.status == .unauthorized)
        #expect(problem.error == "invalid_token")
        #expect(problem.members == [.reason(text)])
        #expect(problem.headers.map(\.0) == ["WWW-Authenticate"])
        #expect(problem.headers.first?.1 == #"Bearer error="invalid_token""#)
    }

    @Test(arguments: rows) func `an error is the same for clients whatever the gateway's own words were`(row: Row) {
        #expect(!String(decoding: row.error.problem.response(requestID: "r").body, as: UTF8.self).contains("rid"))
        #expect(row.error.problem.title.first?.isUppercase == true)
    }

    @Test func `WeChat's request id stays in the log`() {
        let refusal = WeChatRefusal(errcode: 40029, errmsg: "invalid code, rid: 65f1a2b3-01234567-89abcdef")
        let failure = WeChatFailure(error: .refused(refusal), now: 0)
        let body = String(decoding: failure.problem.response(requestID: "r").body, as: UTF8.self)
        #expect(body.contains(#""errcode":40029,"errmsg":"invalid code""#))
        #expect(!body.contains("65f1a2b3"))
    }

    /// Seconds of 1970-01-01 UTC and what is left of the minute or of Beijing's day.
    @Test(
        arguments: [
            (45011, 0, 60), (45011, 1, 59), (45011, 59, 1), (45011, 60, 60), (45009, 0, 57_600), (45009, 57_599, 1),
            (45009, 57_600, 86_400), (45009, 1_700_000_000, 64_000),
        ] as [(Int, Int64, Int)]
    ) func `a quota's wait ends with its minute or its day in Beijing`(
        errcode: Int,
        now: Int64,
        wait: Int
    ) {
        let failure = WeChatFailure(error: .refused(WeChatRefusal(errcode: errcode, errmsg: "")), now: now)
        #expect(failure.problem.headers.first { $0.0 == "Retry-After" }?.1 == "\(wait)")
    }
}
