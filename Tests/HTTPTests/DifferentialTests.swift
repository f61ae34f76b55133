import Foundation
import HTTP
import Testing

/// Our parsers beside llhttp, Node's parser, over the same files: nothing that it refuses gets past us, and what both
/// accept they read the same. A difference is listed below with its reason, or it is a bug.
struct DifferentialTests {
    /// What llhttp refuses and we read.
    static let moreLenient = [
        "requests/valid/unregistered_method":
            "llhttp knows a list of methods; RFC 9110 section 9.1 allows any token, and routing answers 405",
        "requests/valid/post_chunked_trailer_named_like_framing":
            "llhttp takes trailers for header fields; we drop them unread, so they cannot say anything about framing",
    ]

    /// What llhttp reads and we refuse, by prefix of the path.
    static let stricter = [
        "requests/invalid/chunk_extension_empty_value": "RFC 9112 section 7.1.1: a value is a token or a quoted string",
        "requests/invalid/chunk_extension_too_long": "our limit",
        "requests/invalid/chunk_extensions_too_long_together": "our limit",
        "requests/invalid/chunk_size_int64_max": "our limit",
        "requests/invalid/chunk_size_many_zeros": "our limit: zeros without end are no size",
        "requests/invalid/chunk_size_over_limit": "our limit",
        "requests/invalid/chunk_sum_over_limit": "our limit",
        "requests/invalid/chunk_trailer_too_large": "our limit",
        "requests/invalid/coding_gzip_chunked":
            "we know no coding but chunked, and must not serve a body that we cannot read",
        "requests/invalid/coding_http10": "RFC 9112 section 6.1: faulty framing",
        "requests/invalid/coding_leading_comma": "exactly `chunked`, so that no other parser reads another list",
        "requests/invalid/fields_too_": "our limit",
        "requests/invalid/host_": "RFC 9112 section 3.2: exactly one valid Host; llhttp leaves that to its user",
        "requests/invalid/length_int64_max": "our limit",
        "requests/invalid/length_over_limit": "our limit",
        "requests/invalid/length_uint64_max": "our limit",
        "requests/invalid/line_connect": "we are no proxy",
        "requests/invalid/line_double_space_": "RFC 9112 section 3: one space",
        "requests/invalid/line_fragment": "RFC 9112 section 3.2: a target has no fragment",
        "requests/invalid/line_leading_bare_": "RFC 9112 section 2.2: an empty line is CRLF",
        "requests/invalid/line_leading_blank_lines_too_many": "our limit",
        "requests/invalid/line_too_large": "our limit",
        "requests/invalid/line_version_09": "we speak 1.0 and 1.1",
        "requests/invalid/line_version_20": "we speak 1.0 and 1.1",
        "requests/invalid/line_without_version": "we speak no HTTP/0.9",
        "requests/invalid/target_": "RFC 9112 section 3.2: four forms; llhttp leaves them to its user",
        "responses/invalid/chunk_over_limit": "our limit",
        "responses/invalid/coding_gzip": "we know no coding but chunked",
        "responses/invalid/coding_http10": "RFC 9112 section 6.1: faulty framing",
        "responses/invalid/fields_too_": "our limit",
        "responses/invalid/interim_too_many": "our limit",
        "responses/invalid/length_over_limit": "our limit",
        "responses/invalid/line_code_below_hundred": "RFC 9110 section 15: 100 to 599; there is no class 0",
        "responses/invalid/line_control_in_reason": "RFC 9112 section 4: no control characters",
        "responses/invalid/line_leading_blank_line": "RFC 9112 section 2.2 allows it before requests only",
        "responses/invalid/line_version_": "we speak 1.0 and 1.1",
        "responses/invalid/until_close_over_limit": "our limit",
    ]

    @Test func `llhttp agrees about each corpus file`() throws {
        let results = try Llhttp.examineCorpus()
        var used: Set<String> = []
        for kind in ["requests/valid", "requests/invalid", "responses/valid", "responses/invalid"] {
            for name in try Corpus.names(kind) {
                let path = kind + "/" + name
                let theirs = try #require(results[path], "llhttp was not shown \(path)")
                let ours = kind.hasPrefix("requests") ? try request(path) : try response(path)
                if let ours, theirs.error == nil {
                    compare(path, ours, theirs)
                } else if ours != nil {
                    #expect(DifferentialTests.moreLenient[path] != nil, "llhttp refuses \(path): \(theirs.error ?? "")")
                    used.insert(path)
                } else if theirs.error == nil {
                    let reason = DifferentialTests.stricter.keys.first { path.hasPrefix($0) }
                    #expect(reason != nil, "llhttp accepts \(path)")
                    used.insert(reason ?? "")
                }
            }
        }
        // A row that nothing needs any more would hide the next difference of that name.
        let rows = Set(DifferentialTests.moreLenient.keys).union(DifferentialTests.stricter.keys)
        #expect(rows.subtracting(used).isEmpty)
    }

    /// Nil when we refuse it.
    private func request(_ path: String) throws -> LlhttpMessage? {
        guard case .request(let request) = RequestFeed.whole(try Corpus.bytes(path)).first else { return nil }
        return LlhttpMessage(
            method: request.head.method,
            target: request.head.target,
            status: nil,
            version: request.head.version == .http11 ? "1.1" : "1.0",
            headers: request.head.fields,
            body: request.body,
            keepAlive: request.keepAlive
        )
    }

    private func response(_ path: String) throws -> LlhttpMessage? {
        let method: Method = path.hasPrefix("responses/valid/head_") ? .head : .get
        let outcome = ResponseFeed.outcome([try Corpus.bytes(path)[...]], to: method)
        guard case .response(let response) = outcome else { return nil }
        return LlhttpMessage(
            method: nil,
            target: "",
            status: Int(response.code),
            version: response.version == .http11 ? "1.1" : "1.0",
            headers: response.fields,
            body: response.body,
            keepAlive: response.keepAlive
        )
    }

    private func compare(_ path: String, _ ours: LlhttpMessage, _ theirs: LlhttpResult) {
        guard var message = theirs.messages.last else {
            Issue.record("llhttp saw no message in \(path)")
            return
        }
        // httptools cannot tell llhttp that a reply answers HEAD, nor that the connection has ended.
        let endsOtherwise = path.hasPrefix("responses/valid/head_") || path.hasPrefix("responses/valid/until_close")
        #expect(message.isComplete != endsOtherwise, "\(path)")
        if endsOtherwise { message.content.keepAlive = ours.keepAlive }
        #expect(message.content == ours, "\(path)")
    }
}
