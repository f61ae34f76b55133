import HTTP
import Testing

/// What a valid corpus file says; bodies as text.
struct ValidRequest: Sendable {
    var name: String
    var method: String
    var target: String
    var path: String
    var query: String?
    var body: String
    var keepAlive: Bool
    var fields: Int

    init(
        _ name: String,
        _ method: String,
        _ target: String,
        path: String? = nil,
        query: String? = nil,
        body: String = "",
        keepAlive: Bool = true,
        fields: Int
    ) {
        self.name = name
        self.method = method
        self.target = target
        self.path = path ?? target
        self.query = query
        self.body = body
        self.keepAlive = keepAlive
        self.fields = fields
    }
}

struct RequestCorpusTests {
    static let valid: [ValidRequest] = [
        .init("get_minimal", "GET", "/", fields: 1),
        .init(
            "get_query",
            "GET",
            "/api/v1/wx/login?code=a%20b&appid=wx1",
            path: "/api/v1/wx/login",
            query: "code=a%20b&appid=wx1",
            fields: 1
        ),
        .init("get_query_empty", "GET", "/?", path: "/", query: "", fields: 1),
        .init("get_query_with_second_question_mark", "GET", "/a?b?c=/d", path: "/a", query: "b?c=/d", fields: 1),
        .init("get_http10", "GET", "/a", keepAlive: false, fields: 1),
        .init("get_http10_without_host", "GET", "/a", keepAlive: false, fields: 0),
        .init("get_http10_keep_alive", "GET", "/a", fields: 2),
        .init("get_connection_close", "GET", "/a", keepAlive: false, fields: 2),
        .init("get_connection_list", "GET", "/a", keepAlive: false, fields: 2),
        .init("get_connection_twice", "GET", "/a", keepAlive: false, fields: 3),
        .init("get_connection_closed_is_not_close", "GET", "/a", fields: 2),
        .init("get_leading_blank_lines", "GET", "/a", fields: 1),
        .init("get_absolute_form", "GET", "http://gateway.example:8080/a/b?c=d", path: "/a/b", query: "c=d", fields: 1),
        .init("get_absolute_form_without_path", "GET", "HTTPS://gateway.example", path: "/", fields: 1),
        .init("get_absolute_form_query_only", "GET", "http://gateway.example?c", path: "/", query: "c", fields: 1),
        .init("get_percent_encoded_path", "GET", "/%E4%BD%A0/%2e%2e/x", fields: 1),
        .init(
            "get_odd_target_characters",
            "GET",
            "/a|b{c}^d\"<>`\\?[e]={|}",
            path: "/a|b{c}^d\"<>`\\",
            query: "[e]={|}",
            fields: 1
        ),
        .init("get_double_slash", "GET", "//evil.example/a", fields: 1),
        .init("get_with_body", "GET", "/a", body: "abc", fields: 2),
        .init("get_upgrade_is_ignored", "GET", "/a", fields: 4),
        .init("head", "HEAD", "/healthz", fields: 1),
        .init("options_asterisk", "OPTIONS", "*", fields: 1),
        .init("delete", "DELETE", "/a", fields: 1),
        .init("put_content_length", "PUT", "/a", body: "{", fields: 2),
        .init("patch_content_length", "PATCH", "/a", body: "{}", fields: 2),
        .init("unregistered_method", "X-Frob!", "/a", fields: 1),
        .init("post_content_length", "POST", "/a", body: "{\"code\":\"0a1b2c\"}", fields: 3),
        .init("post_content_length_zero", "POST", "/a", fields: 2),
        .init("post_content_length_leading_zeros", "POST", "/a", body: "abc", fields: 2),
        .init("post_without_body", "POST", "/a", fields: 1),
        .init("post_body_with_line_ends", "POST", "/a", body: "\r\n\r\nGET / \r\n", fields: 2),
        .init("post_chunked", "POST", "/a", body: "hello, world", fields: 2),
        .init("post_chunked_case", "POST", "/a", body: "01234567890123456789", fields: 2),
        .init("post_chunked_empty", "POST", "/a", fields: 2),
        .init("post_chunked_extensions", "POST", "/a", body: "xy", fields: 2),
        .init("post_chunked_leading_zeros", "POST", "/a", body: "abc", fields: 2),
        .init("post_chunked_trailers", "POST", "/a", body: "abc", fields: 3),
        .init("post_chunked_trailer_named_like_framing", "POST", "/a", body: "abc", fields: 2),
        .init("post_expect_continue", "POST", "/a", body: "ok", fields: 3),
        .init("post_form", "POST", "/a", body: "code=0a1b&appid=wx12", fields: 3),
        .init("field_without_space", "GET", "/a", fields: 2),
        .init("field_with_much_whitespace", "GET", "/a", fields: 2),
        .init("field_empty_value", "GET", "/a", fields: 4),
        .init("field_text_beyond_ascii", "GET", "/a", fields: 3),
        .init("field_token_characters", "GET", "/a", fields: 2),
        .init("field_value_punctuation", "GET", "/a", fields: 2),
        .init("fields_hundred", "GET", "/a", fields: 100),
        .init("host_port", "GET", "/a", fields: 1),
        .init("host_ipv6", "GET", "/a", fields: 1),
        .init("host_empty", "GET", "/a", fields: 1),
        .init("host_last_and_upper_case", "GET", "/a", fields: 2),
        .init(
            "wechat_login",
            "POST",
            "/api/v1/wx/login",
            body: "{\"code\":\"0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTu12\"}",
            fields: 10
        ),
        .init(
            "nginx_auth_request",
            "GET",
            "/auth/check/a?b=1",
            path: "/auth/check/a",
            query: "b=1",
            keepAlive: false,
            fields: 4
        ),
    ]

    @Test(arguments: valid)
    func `a valid request says what its author meant`(_ expected: ValidRequest) throws {
        let outcomes = RequestFeed.whole(try Corpus.bytes("requests/valid/" + expected.name))
        guard case .request(let request) = outcomes.first else {
            Issue.record("not a request: \(outcomes)")
            return
        }
        #expect(outcomes.dropFirst() == [.pending(.idle)])
        #expect(request.head.method == expected.method)
        #expect(request.head.target == expected.target)
        #expect(request.head.path == expected.path)
        #expect(request.head.query == expected.query)
        #expect(request.head.fields.count == expected.fields)
        #expect(request.body == Array(expected.body.utf8))
        #expect(request.keepAlive == expected.keepAlive)
    }

    @Test func `each valid file has its expectation`() throws {
        #expect(try Corpus.names("requests/valid") == RequestCorpusTests.valid.map(\.name).sorted())
    }
}
