import HTTP
import Testing

@testable import Gateway

@Suite struct QRPollAccessTests {
    @Test(
        arguments: [
            ([("X-Qr-Secret", "h")], "h"), ([("Cookie", "wxgate_qr=c")], "c"),
            ([("Cookie", "wxgate_qr=c"), ("x-qr-secret", "h")], "h"),
            ([("Cookie", "a=b; wxgate_qr=c; wxgate_qr=c")], "c"),
            ([("X-Qr-Secret", "h"), ("X-Qr-Secret", "h")], "h"),
            // Of two that differ none counts; a header that is none hides a good cookie.
            ([("Cookie", "wxgate_qr=c; wxgate_qr=d")], nil),
            ([("Cookie", "wxgate_qr=c"), ("Cookie", "wxgate_qr=d")], nil),
            ([("X-Qr-Secret", "h"), ("X-Qr-Secret", "i")], nil),
            ([("X-Qr-Secret", ""), ("Cookie", "wxgate_qr=c")], nil),
            ([("X-Qr-Secret", String(repeating: "h", count: 65)), ("Cookie", "wxgate_qr=c")], nil),
            ([("Cookie", "wxgate_session=c")], nil), ([("Authorization", "Bearer h")], nil), ([], nil),
        ] as [([(String, String)], String?)]
    ) func `the header's secret counts, else the cookie's, and only an unambiguous one`(
        headers: [(String, String)],
        secret: String?
    ) throws {
        let request = try GatewaySamples.request(.get, "/", headers: Headers(headers))
        #expect(QRPollAccess.secret(of: request)?.text == secret)
    }
}
