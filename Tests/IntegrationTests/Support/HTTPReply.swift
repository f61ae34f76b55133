import Foundation
import Testing

/// One reply as it came over the wire.
struct HTTPReply: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    /// Takes head and body apart; the test's own reading, so that the server's encoder is not its own judge.
    init(_ bytes: [UInt8]) throws {
        guard let end = HTTPReply.endOfHead(bytes) else { throw Malformed(description: "no head") }
        let lines = String(decoding: bytes[..<(end - 4)], as: UTF8.self).components(separatedBy: "\r\n")
        let start = lines[0].split(separator: " ", maxSplits: 2)
        guard start.count >= 2, start[0] == "HTTP/1.1", let status = Int(start[1]) else {
            throw Malformed(description: "status line \(lines[0])")
        }
        self.status = status
        fields = try lines.dropFirst().map { line in
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(description: "field \(line)") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        body = Array(bytes[end...])
    }

    /// Where the body begins, once the whole head is there.
    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count where bytes[index] == 10 {
            if bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 { return index + 1 }
        }
        return nil
    }

    /// The value of the field, whose name is given in lower case; nil unless it occurs exactly once.
    subscript(_ name: String) -> String? {
        let found = fields.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body, which must be a JSON object.
    func json() throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
            throw Malformed(description: "no JSON object: \(text)")
        }
        return object
    }

    /// A member that must be a string.
    func string(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let value = try json()[name] as? String
        return try #require(value, "\(status) \(text)", sourceLocation: sourceLocation)
    }
}

/// Expects a problem of the contract's shape (section 2), whole and without members that do not belong there.
@discardableResult
func expectProblem(
    _ reply: HTTPReply,
    _ status: Int,
    _ error: String,
    detail: String? = nil,
    with further: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) -> [String: Any] {
    let context: Comment = "\(reply.status) \(reply.text)"
    guard let json = try? reply.json() else {
        Issue.record("not a JSON object: \(reply.status) \(reply.text)", sourceLocation: sourceLocation)
        return [:]
    }
    #expect(reply.status == status, context, sourceLocation: sourceLocation)
    #expect(reply["content-type"] == "application/problem+json", context, sourceLocation: sourceLocation)
    #expect(reply["cache-control"] == "no-store", context, sourceLocation: sourceLocation)
    #expect(json["status"] as? Int == status, context, sourceLocation: sourceLocation)
    #expect(json["error"] as? String == error, context, sourceLocation: sourceLocation)
    #expect((json["type"] as? String)?.hasSuffix("/errors#\(error)") == true, context, sourceLocation: sourceLocation)
    #expect((json["title"] as? String)?.isEmpty == false, context, sourceLocation: sourceLocation)
    let told = json["detail"] as? String ?? ""
    #expect(!told.isEmpty, context, sourceLocation: sourceLocation)
    if let detail { #expect(told.contains(detail), context, sourceLocation: sourceLocation) }
    let id = json["request_id"] as? String
    #expect(id?.isEmpty == false && id == reply["x-request-id"], context, sourceLocation: sourceLocation)
    let expected = Set(["type", "title", "status", "error", "detail", "request_id"] + further)
    #expect(Set(json.keys) == expected, context, sourceLocation: sourceLocation)
    let waits = ["rate_limited", "upstream_busy", "overloaded", "store_unavailable"].contains(error)
    #expect((reply["retry-after"].flatMap { Int($0) } ?? 0 > 0) == waits, context, sourceLocation: sourceLocation)
    return json
}
