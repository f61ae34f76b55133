import Benchmark
import HTTP

/// Heads and bodies out of bytes.
enum ParserBenchmarks {
    /// As a mini-program sends it through a proxy: ten header fields.
    static let request = Array(
        """
        POST /api/v1/wx/login HTTP/1.1\r
        Host: login.example.com\r
        Connection: keep-alive\r
        Content-Length: 43\r
        charset: utf-8\r
        User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 MicroMessenger/8.0.49 Language/zh_CN\r
        content-type: application/json\r
        Accept-Encoding: gzip,compress,br,deflate\r
        Referer: https://servicewechat.com/wx4f4bc4dec97d474b/12/page-frame.html\r
        X-Forwarded-For: 203.0.113.9\r
        X-Forwarded-Proto: https\r
        \r
        {"code":"0c1AbCdEfGhIjKlMnOpQrStUvWxYz012"}
        """.utf8
    )
    static let response = Array(
        """
        HTTP/1.1 200 OK\r
        Connection: keep-alive\r
        Content-Type: text/plain\r
        Date: Sat, 21 Nov 2026 12:00:00 GMT\r
        Content-Length: 81\r
        \r
        {"session_key":"HyVFkGl5F5OQWJZZaNzBBg==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}
        """.utf8
    )

    static func add() {
        Benchmark("parse a request of 10 fields") { benchmark in
            var parser = RequestParser()
            for _ in benchmark.scaledIterations { blackHole(parser.parse(request.span)) }
        }
        Benchmark("parse WeChat's reply") { benchmark in
            var parser = ResponseParser()
            for _ in benchmark.scaledIterations {
                parser.expectReply(to: .get)
                blackHole(parser.parse(response.span))
            }
        }
    }
}
