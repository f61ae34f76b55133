import WeChatSimulator

extension BadInput {
    private static let host = "Host: gateway.test\r\n"
    private static let post =
        "POST /api/v1/wx/login HTTP/1.1\r\nHost: gateway.test\r\nContent-Type: application/json\r\n"
    private static let long = String(repeating: "x", count: 257)

    /// Bytes that are no request.
    static let unreadableOnes: [BadInput] = [
        .unreadable("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
        .unreadable("a line of garbage", "hello\r\n\r\n"),
        .unreadable("five empty lines", "\r\n\r\n\r\n\r\n\r\nGET /healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("no version", "GET /healthz\r\n\r\n"),
        .unreadable("two spaces", "GET  /healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("a space in the path", "GET /heal thz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("lower case http", "GET /healthz http/1.1\r\n\(host)\r\n"),
        .unreadable("HTTP 2.0", "GET /healthz HTTP/2.0\r\n\(host)\r\n"),
        .unreadable("HTTP 0.9", "GET /healthz HTTP/0.9\r\n\(host)\r\n"),
        .unreadable("HTTP 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .unreadable("bare line feeds", "GET /healthz HTTP/1.1\nHost: x\n\n"),
        .unreadable("CONNECT", "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"),
        .unreadable("a method of 40 letters", "\(String(repeating: "A", count: 40)) / HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("a method with a slash", "G/T /healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("no leading slash", "GET healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("an asterisk with GET", "GET * HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("another scheme", "GET ftp://gateway.test/healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("a user in the target", "GET http://u:p@gateway.test/healthz HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("a raw byte above ASCII in the path", "GET /h\u{E9} HTTP/1.1\r\n\(host)\r\n"),
        .unreadable("no Host", "GET /healthz HTTP/1.1\r\n\r\n", detail: "Host"),
        .unreadable("two Hosts", "GET /healthz HTTP/1.1\r\n\(host)\(host)\r\n", detail: "Host"),
        .unreadable("a Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", detail: "Host"),
        .unreadable("a space before the colon", "GET /healthz HTTP/1.1\r\n\(host)A : b\r\n\r\n"),
        .unreadable("a field without colon", "GET /healthz HTTP/1.1\r\n\(host)nonsense\r\n\r\n"),
        .unreadable("a field without name", "GET /healthz HTTP/1.1\r\n\(host): b\r\n\r\n"),
        .unreadable("a folded field", "GET /healthz HTTP/1.1\r\n\(host)A: b\r\n c\r\n\r\n"),
        .unreadable("a NUL in a value", "GET /healthz HTTP/1.1\r\n\(host)A: b\u{0}c\r\n\r\n"),
        .unreadable("a bare CR in a value", "GET /healthz HTTP/1.1\r\n\(host)A: b\rc\r\n\r\n"),
        .unreadable("a negative length", "\(post)Content-Length: -1\r\n\r\n", detail: "Content-Length"),
        .unreadable("a signed length", "\(post)Content-Length: +2\r\n\r\n{}", detail: "Content-Length"),
        .unreadable("a length in hex", "\(post)Content-Length: 0x2\r\n\r\n{}", detail: "Content-Length"),
        .unreadable("an empty length", "\(post)Content-Length:\r\n\r\n{}", detail: "Content-Length"),
        .unreadable("two lengths", "\(post)Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", detail: "Content-Length"),
        .unreadable("length and chunked", "\(post)Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .unreadable("gzip coding", "\(post)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        .unreadable("chunked twice", "\(post)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        .unreadable("chunked with HTTP 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .unreadable("a chunk size of letters", "\(post)Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"),
        .unreadable("a chunk longer than it says", "\(post)Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
        .unreadable(
            "a body announced too large",
            "\(post)Content-Length: 65537\r\n\r\n",
            413,
            "payload_too_large"
        ),
        .unreadable(
            "a length beyond 64 bits",
            "\(post)Content-Length: 99999999999999999999\r\n\r\n",
            413,
            "payload_too_large"
        ),
        .unreadable(
            "a chunk announced too large",
            "\(post)Transfer-Encoding: chunked\r\n\r\nfffffff\r\n",
            413,
            "payload_too_large"
        ),
        .unreadable(
            "a head too large",
            "GET /healthz HTTP/1.1\r\n\(host)A: \(String(repeating: "b", count: 20_000))\r\n\r\n",
            431,
            "headers_too_large"
        ),
        .unreadable(
            "a target too large",
            "GET /\(String(repeating: "b", count: 20_000)) HTTP/1.1\r\n\(host)\r\n",
            431,
            "headers_too_large"
        ),
        .unreadable(
            "too many fields",
            "GET /healthz HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 101))\r\n",
            431,
            "headers_too_large"
        ),
    ]

    /// Requests of the wrong kind.
    static let misdirected: [BadInput] = [
        .request("GET", "/", 404, "not_found"),
        .request("GET", "/api/v1/wx/login/", 404, "not_found"),
        .request("GET", "/api/v1/wx/Login", 404, "not_found"),
        .request("GET", "/api/v1/wx/../wx/login", 404, "not_found"),
        .request("GET", "/api/v1/wx/%6Cogin", 404, "not_found"),
        .request("OPTIONS", "*", 404, "not_found"),
        .request("PUT", "/api/v1/wx/login", 405, "method_not_allowed", body: "{}", allow: "GET, POST"),
        .request("DELETE", "/api/v1/wx/login", 405, "method_not_allowed", allow: "GET, POST"),
        .request("get", "/api/v1/wx/login", 405, "method_not_allowed", allow: "GET, POST"),
        .request("GET", "/api/v1/wx/logout", 405, "method_not_allowed", allow: "POST"),
        .request("POST", "/api/v1/wx/session", 405, "method_not_allowed", body: "", allow: "GET, HEAD"),
        .request("POST", "/healthz", 405, "method_not_allowed", body: "", allow: "GET, HEAD"),
        media("text/plain", #"{"code":"c"}"#), media("application/xml", "<code/>"), media("json", "{}"),
        media("multipart/form-data; boundary=x", "--x--"), media(nil, #"{"code":"c"}"#),
        .authorization("Bearer"), .authorization("Basic dTpw"), .authorization("Bearer a.b.c"),
        .authorization("Bearer \(String(repeating: "a", count: 9_000))"), .authorization("Bearer a b"),
        .authorization("bearer .."),
    ]

    /// Logins whose members are wrong.
    static let members: [BadInput] = [
        .request("POST", KeepAliveClient.login, 400, "invalid_request", detail: "code"),
        .json("", "code"), .json("{}", "code"), .json(#"{"code":""}"#, "code"), .json(#"{"code":null}"#, "code"),
        .json(#"{"code":17}"#, "code"), .json(#"{"code":["c"]}"#, "code"), .json(#"{"code":{"a":1}}"#, "code"),
        .json(#"{"code":true}"#, "code"), .json(#"{"code":"a b"}"#, "code"), .json(#"{"code":"a/b"}"#, "code"),
        .json(#"{"code":"ä"}"#, "code"), .json(#"{"code":"a\u0000"}"#, "code"),
        .json(#"{"code":"a&secret=b"}"#, "code"),
        .json(#"{"code":"a\r\nHost: b"}"#, "code"), .json(#"{"code":"\#(long)"}"#, "code"),
        .json(#"{"Code":"c"}"#, "code"),
        .json("["), .json("[]"), .json("null"), .json(#""code""#), .json("17"), .json("{"), .json(#"{"code":"c""#),
        .json(#"{"code":"c"}}"#), .json(#"{"code":'c'}"#), .json("{code:1}"), .json(#"{"code":"c",}"#), .json("\u{0}"),
        .json(#"{"code":"\ud800"}"#), .json(String(repeating: "[", count: 60_000)),
        .json(
            #"{"code":"c","x":"# + String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000) + "}"
        ),
        .json(#"{"code":"c","x":01}"#), .json(#"{"code":"c","x":"\x"}"#), .json("\u{FEFF}{\"code\":\"c\"}"),
        .json("{\"code\":\"c\",\"x\":\"\n\"}"),
        .json(#"{"code":"c","code":"d"}"#, "code"), .form("code=c&code=d", "code"), .query("code=c&code=c", "code"),
        .json(#"{"code":"c","appid":7}"#, "appid"), .json(#"{"code":"c","appid":"\#(long)"}"#, "appid"),
        .json(#"{"code":"c","appid":"wx"}"#, nil, 400, "unknown_app"),
        .json(#"{"code":"c","nonce":7}"#, "nonce"), .json(#"{"code":"c","nonce":"\#(long)"}"#, "nonce"),
        .json(#"{"code":"c","device":[]}"#, "device"), .json(#"{"code":"c","device":"\#(long)"}"#, "device"),
        .json(#"{"code":"c","rawData":"{}"}"#, "signature"), .json(#"{"code":"c","signature":"aa"}"#, "rawData"),
        .json(#"{"code":"c","rawData":{},"signature":"aa"}"#, "rawData"),
        .json(#"{"code":"c","encryptedData":"AAAA"}"#, "iv"), .json(#"{"code":"c","iv":"AAAA"}"#, "encryptedData"),
        .json(#"{"code":"c","encryptedData":1,"iv":"AAAA"}"#, "encryptedData"),
        .form("", "code"), .form("code=", "code"), .form("code", "code"), .form("kode=c", "code"),
        .form("code=%", "code"),
        .form("code=%zz", "code"), .form("code=%ff%fe", "code"), .form("code=a+b", "code"),
        .form("code=c&nonce=%e9", "nonce"),
        .form("code=c&" + String(repeating: "a=b&", count: 100)),
        .query("", "code"), .query("code=%4", "code"), .query("code=\(long)", "code"), .query("code=a%00b", "code"),
        .query("code=c&iv=AAAA", "encryptedData"),
    ]

    static let all = unreadableOnes + misdirected + members

    private static func media(_ type: String?, _ body: String) -> BadInput {
        .request(
            "POST",
            KeepAliveClient.login,
            415,
            "unsupported_media_type",
            headers: type.map { [("Content-Type", $0)] } ?? [],
            body: body
        )
    }
}
