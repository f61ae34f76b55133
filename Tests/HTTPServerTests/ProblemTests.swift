import FoundationEssentials
import HTTP
import Testing

@testable import HTTPServer

@Suite struct ProblemTests {
    private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

    private func value(of name: String, in response: Response) -> String? {
        response.headers.first { $0.0 == name }?.1
    }

    @Test func `a problem is rendered as RFC 9457 with error, detail and request id`() {
        let problem = Problem(status: .badRequest, error: "code_used", title: "Code used", detail: "Once \"only\".")
        let response = problem.response(requestID: "r-1")
        #expect(
            text(response)
                == #"{"type":"/errors#code_used","title":"Code used","status":400,"error":"code_used","#
                + #""detail":"Once \"only\".","request_id":"r-1"}"#
        )
        #expect(response.status == .badRequest)
        #expect(value(of: "Content-Type", in: response) == "application/problem+json")
        #expect(value(of: "Cache-Control", in: response) == "no-store")
        #expect(value(of: "X-Request-Id", in: response) == "r-1")
    }

    @Test func `further members and fields follow in order`() {
        let problem = Problem(
            status: .badRequest,
            error: "e",
            title: "t",
            detail: "d",
            headers: [("Retry-After", "7"), ("Allow", "GET")],
            members: [.errcode(-1), .errmsg("system \"error\""), .reason("missing")]
        )
        let response = problem.response(requestID: "r")
        #expect(text(response).hasSuffix(#""errcode":-1,"errmsg":"system \"error\"","reason":"missing"}"#))
        #expect(response.headers.suffix(2).map(\.0) == ["Retry-After", "Allow"])
    }

    @Test func `what clients send cannot break the JSON`() throws {
        let problem = Problem.invalidRequest("\"},{\u{0}\n微")
        let body = problem.response(requestID: "x").body
        let decoded = try JSONDecoder().decode([String: AnyText].self, from: Data(body))
        #expect(decoded["detail"]?.text == "\"},{\u{0}\n微")
    }

    @Test(arguments: [
        (Problem.notFound, 404, "not_found"), (.methodNotAllowed([.get, .head]), 405, "method_not_allowed"),
        (.invalidRequest("d"), 400, "invalid_request"), (.unsupportedMediaType("d"), 415, "unsupported_media_type"),
        (.overloaded("d"), 503, "overloaded"), (.internalError, 500, "internal"), (.tooSlow, 400, "invalid_request"),
    ]) func `the problems of HTTP have the contract's status and name`(problem: Problem, status: Int, error: String) {
        #expect(Int(problem.status.code) == status)
        #expect(problem.error == error)
        #expect(problem.problem.error == error)
        #expect(!problem.title.isEmpty && !problem.detail.isEmpty)
    }

    @Test func `405 carries Allow, 503 carries Retry-After`() {
        let wrong = Problem.methodNotAllowed([.get, .post]).response(requestID: "r")
        #expect(value(of: "Allow", in: wrong) == "GET, POST")
        #expect(value(of: "Retry-After", in: Problem.overloaded("d").response(requestID: "r")) == "1")
    }

    @Test(arguments: RequestParseError.allCases) func `each parse error has one of three names of the contract`(
        error: RequestParseError
    ) {
        let expected: (Int, String) =
            switch error {
            case .bodyTooLarge: (413, "payload_too_large")
            case .headersTooLarge: (431, "headers_too_large")
            default: (400, "invalid_request")
            }
        #expect(Int(error.problem.status.code) == expected.0)
        #expect(error.problem.error == expected.1)
        #expect(error.problem.detail == error.detail)
    }

    private struct AnyText: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }
}
