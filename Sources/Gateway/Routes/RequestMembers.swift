internal import FoundationEssentials
internal import HTTP
internal import HTTPServer

/// The named members of a request, whether they came as JSON, as a form or in the query (contract section 2).
struct RequestMembers {
    private let values: [String: Member]

    /// A member's value as far as the gateway cares: unknown members may be anything.
    fileprivate enum Member {
        case text(String)
        case null
        case other
    }

    /// Reads the query of a GET.
    ///
    /// - Throws: `invalidRequest` for broken percent-encoding or a repeated name.
    init(query: String?) throws(GatewayError) {
        do throws(FormError) {
            values = try RequestMembers.members(of: try FormFields(query: query))
        } catch {
            throw .invalidRequest("query: \(error.detail)")
        }
    }

    /// Reads the body of a POST; no body counts as `{}`.
    ///
    /// - Throws: `unsupportedMediaType`, or `invalidRequest` for malformed JSON or form.
    init(body request: Request) throws(GatewayError) {
        if request.body.isEmpty {
            values = [:]
            return
        }
        switch RequestMembers.mediaType(of: request) {
        case "application/json":
            values = try RequestMembers.members(ofJSON: request.body)
        case "application/x-www-form-urlencoded":
            do throws(FormError) {
                values = try RequestMembers.members(of: try FormFields(body: request.body))
            } catch {
                throw .invalidRequest("form: \(error.detail)")
            }
        default:
            throw .unsupportedMediaType
        }
    }

    /// An optional text; null and the empty text count as absent, as clients send them for what they do not have.
    ///
    /// - Parameter lengthMax: in Unicode scalars.
    /// - Throws: `invalidRequest` naming the member when it is no text or too long.
    func text(_ name: String, lengthMax: Int) throws(GatewayError) -> String? {
        switch values[name] {
        case nil, .null, .text(""): return nil
        case .other: throw .invalidRequest("\(name) is not a string.")
        case .text(let text):
            guard text.unicodeScalars.count <= lengthMax else {
                throw .invalidRequest("\(name) is longer than \(lengthMax) characters.")
            }
            return text
        }
    }

    /// A text that must be there.
    ///
    /// - Throws: `invalidRequest` naming the member.
    func requiredText(_ name: String, lengthMax: Int) throws(GatewayError) -> String {
        guard let text = try text(name, lengthMax: lengthMax) else { throw .invalidRequest("\(name) is missing.") }
        return text
    }

    /// Two members that make sense only together; nil when neither is there.
    ///
    /// - Throws: `invalidRequest` naming the one that is missing.
    func pair(_ first: String, _ second: String, lengthMax: Int) throws(GatewayError) -> (String, String)? {
        switch (try text(first, lengthMax: lengthMax), try text(second, lengthMax: lengthMax)) {
        case (nil, nil): return nil
        case (let one?, let other?): return (one, other)
        case (nil, _?): throw .invalidRequest("\(first) is missing, though \(second) is there.")
        case (_?, nil): throw .invalidRequest("\(second) is missing, though \(first) is there.")
        }
    }

    private static func mediaType(of request: Request) -> String? {
        let field = request.headers.first("content-type")
        let type = field?.split(separator: ";", maxSplits: 1).first?.lowercased()
        return type.map { String($0.filter { $0 != " " && $0 != "\t" }) }
    }

    private static func members(of form: FormFields) throws(FormError) -> [String: Member] {
        Dictionary(form.fields.map { ($0.name, .text($0.value)) }) { first, _ in first }
    }

    private static func members(ofJSON body: [UInt8]) throws(GatewayError) -> [String: Member] {
        do {
            return try JSONDecoder().decode([String: Member].self, from: Data(body))
        } catch {
            throw .invalidRequest("The body is not a JSON object.")
        }
    }
}

extension RequestMembers.Member: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = container.decodeNil() ? .null : .other
        }
    }
}
