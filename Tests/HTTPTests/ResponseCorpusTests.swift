import HTTP
import Testing

/// What a valid corpus file says; bodies as text.
struct ValidResponse: Sendable {
    var name: String
    var method: Method
    var code: UInt16
    var reason: String
    var body: String
    var keepAlive: Bool
    var fields: Int

    init(
        _ name: String,
        to method: Method = .get,
        _ code: UInt16,
        _ reason: String,
        body: String = "",
        keepAlive: Bool = true,
        fields: Int
    ) {
        self.name = name
        self.method = method
        self.code = code
        self.reason = reason
        self.body = body
        self.keepAlive = keepAlive
        self.fields = fields
    }
}

struct ResponseCorpusTests {
    static let valid: [ValidResponse] = [
        .init("length", 200, "OK", body: "hello", fields: 2),
        .init("length_zero", 200, "OK", fields: 1),
        .init("chunked", 200, "OK", body: "abc", fields: 1),
        .init("chunked_trailers", 200, "OK", body: "abc", fields: 1),
        .init("until_close", 200, "OK", body: "<html>\r\n", keepAlive: false, fields: 1),
        .init("until_close_empty", 200, "OK", keepAlive: false, fields: 0),
        .init("until_close_http10", 200, "OK", body: "abc", keepAlive: false, fields: 0),
        .init("length_http10", 200, "OK", body: "abc", keepAlive: false, fields: 1),
        .init("length_http10_keep_alive", 200, "OK", body: "abc", fields: 2),
        .init("connection_close", 200, "OK", body: "abc", keepAlive: false, fields: 2),
        .init("reason_empty", 200, "", fields: 1),
        .init("reason_absent", 200, "", fields: 1),
        .init("reason_long", 502, "Bad\u{9}Gateway (upstream) 你", fields: 1),
        .init("code_unregistered", 799, "Odd", fields: 1),
        .init("no_content", 204, "No Content", fields: 1),
        .init("not_modified_with_length", 304, "Not Modified", fields: 1),
        .init("head_with_length", to: .head, 200, "OK", fields: 1),
        .init("head_chunked", to: .head, 200, "OK", fields: 1),
        .init("interim_continue", 200, "OK", body: "ok", fields: 1),
        .init("interim_several", 200, "OK", body: "ok", fields: 1),
        .init(
            "wechat_error",
            200,
            "OK",
            body: "{\"errcode\":40029,\"errmsg\":\"invalid code, rid: 66a0c0de-12345678-0a0b0c0d\"}",
            fields: 4
        ),
    ]

    static let invalid: [String: ResponseParseError] = [
        "line_garbage": .malformedStatusLine,
        "line_icy": .malformedStatusLine,
        "line_lower_case": .malformedStatusLine,
        "line_version_20": .unsupportedVersion,
        "line_version_09": .unsupportedVersion,
        "line_two_digits": .malformedStatusLine,
        "line_four_digits": .malformedStatusLine,
        "line_code_below_hundred": .malformedStatusLine,
        "line_code_letters": .malformedStatusLine,
        "line_double_space": .malformedStatusLine,
        "line_tab": .malformedStatusLine,
        "line_control_in_reason": .malformedStatusLine,
        "line_bare_lf": .malformedStatusLine,
        "line_bare_cr": .malformedStatusLine,
        "line_leading_blank_line": .malformedStatusLine,
        "field_folded": .malformedHeader,
        "field_space_before_colon": .malformedHeader,
        "field_bare_lf": .malformedHeader,
        "field_nul": .malformedHeader,
        "fields_too_many": .headersTooLarge,
        "fields_too_large": .headersTooLarge,
        "length_negative": .invalidContentLength,
        "length_list": .invalidContentLength,
        "length_twice": .invalidContentLength,
        "length_over_limit": .bodyTooLarge,
        "length_with_chunked": .contentLengthWithTransferCoding,
        "coding_gzip": .unsupportedTransferCoding,
        "coding_http10": .unsupportedTransferCoding,
        "chunk_size_letters": .malformedChunk,
        "chunk_over_limit": .bodyTooLarge,
        "until_close_over_limit": .bodyTooLarge,
        "switching_protocols": .unexpectedInterimReply,
        "interim_too_many": .unexpectedInterimReply,
    ]

    @Test(arguments: valid)
    func `a valid reply says what its author meant`(_ expected: ValidResponse) throws {
        let bytes = try Corpus.bytes("responses/valid/" + expected.name)
        guard case .response(let response) = ResponseFeed.outcome([bytes[...]], to: expected.method) else {
            Issue.record("not a reply")
            return
        }
        #expect(response.code == expected.code)
        #expect(response.reason == expected.reason)
        #expect(response.fields.count == expected.fields)
        #expect(response.body == Array(expected.body.utf8))
        #expect(response.keepAlive == expected.keepAlive)
    }

    @Test(arguments: valid)
    func `a valid reply may be cut anywhere`(_ expected: ValidResponse) throws {
        let bytes = try Corpus.bytes("responses/valid/" + expected.name)
        let whole = ResponseFeed.outcome([bytes[...]], to: expected.method)
        for cut in bytes.indices {
            let outcome = ResponseFeed.outcome([bytes[..<cut], bytes[cut...]], to: expected.method)
            if outcome != whole { Issue.record("cut at \(cut): \(outcome)") }
        }
        #expect(ResponseFeed.outcome(bytes.indices.map { bytes[$0...$0] }, to: expected.method) == whole)
    }

    @Test(arguments: valid)
    func `a reply that ends early is incomplete`(_ expected: ValidResponse) throws {
        let bytes = try Corpus.bytes("responses/valid/" + expected.name)
        guard !expected.name.hasPrefix("until_close") else { return }
        #expect(ResponseFeed.outcome([bytes[..<0]], to: expected.method) == .failed(.noReply))
        for end in 1..<bytes.count {
            let outcome = ResponseFeed.outcome([bytes[..<end]], to: expected.method)
            if outcome != .failed(.incompleteReply) { Issue.record("ended at \(end): \(outcome)") }
        }
    }

    @Test(arguments: invalid.keys.sorted())
    func `an invalid reply gets its error, whole or byte by byte`(_ name: String) throws {
        let bytes = try Corpus.bytes("responses/invalid/" + name)
        let expected = ResponseOutcome.failed(try #require(ResponseCorpusTests.invalid[name]))
        #expect(ResponseFeed.outcome([bytes[...]]) == expected)
        #expect(ResponseFeed.outcome(bytes.indices.map { bytes[$0...$0] }) == expected)
    }

    @Test func `each file has its expectation`() throws {
        #expect(try Corpus.names("responses/valid") == ResponseCorpusTests.valid.map(\.name).sorted())
        #expect(try Corpus.names("responses/invalid") == ResponseCorpusTests.invalid.keys.sorted())
    }
}
