internal import HTTP
internal import HTTPServer

/// The named members of a request, whether they came as JSON, as a form or in the query (contract section 2).
struct RequestMembers {
    private let values: [String: Member]

    /// What a name stands for. Names that nobody asks for may stand for anything, also for several values.
    private enum Member {
        case value(JSONMembers.Value)
        case repeated
    }

    /// Reads the query of a GET.
    ///
    /// - Throws: `invalidRequest` for broken percent-encoding.
    init(query: String?) throws(GatewayError) {
        do throws(FormError) {
            values = RequestMembers.members(of: try FormFields(query: query))
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
            values = try RequestMembers.members(of: request.body)
        case "application/x-www-form-urlencoded":
            do throws(FormError) {
                values = RequestMembers.members(of: try FormFields(body: request.body))
            } catch {
                throw .invalidRequest("form: \(error.detail)")
            }
        default:
            throw .unsupportedMediaType
        }
    }

    /// Reads a body that can only be JSON, whatever its media type says.
    ///
    /// - Throws: `invalidRequest` for anything but an object.
    init(json: [UInt8]) throws(GatewayError) {
        values = try RequestMembers.members(of: json)
    }

    /// An optional text; null and the empty text count as absent, as clients send them for what they do not have.
    ///
    /// - Parameter lengthMax: in Unicode scalars.
    /// - Throws: `invalidRequest` naming the member when it is no text, too long, or there more than once.
    func text(_ name: String, lengthMax: Int) throws(GatewayError) -> String? {
        switch values[name] {
        case nil, .value(.null), .value(.text("")): return nil
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .value(.boolean), .value(.integer), .value(.other):
            throw .invalidRequest("\(name) is not a string.")
        case .value(.text(let text)):
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

    /// A boolean of JSON; false when it is absent or null.
    ///
    /// - Throws: `invalidRequest` naming the member when it is anything else, or there more than once.
    func flag(_ name: String) throws(GatewayError) -> Bool {
        switch values[name] {
        case nil, .value(.null): return false
        case .value(.boolean(let flag)): return flag
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .value(.text), .value(.integer), .value(.other):
            throw .invalidRequest("\(name) is neither true nor false.")
        }
    }

    /// An optional whole number: a number of JSON, or its digits as a text, which is all that a form has. null and the
    /// empty text count as absent.
    ///
    /// - Parameter range: not negative, of at most nine digits.
    /// - Throws: `invalidRequest` naming the member when it is anything else, or there more than once.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(GatewayError) -> Int? {
        let number: Int?
        switch values[name] {
        case nil, .value(.null), .value(.text("")): return nil
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .value(.integer(let value)): number = value
        case .value(.text(let text)): number = RequestMembers.number(text)
        case .value(.boolean), .value(.other): number = nil
        }
        guard let number, range.contains(number) else {
            throw .invalidRequest(
                "\(name) is not a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// Digits only: `Int` takes a sign as well.
    private static func number(_ text: String) -> Int? {
        guard text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
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
        let type = field?.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first
        return type?.trimmingOptionalWhitespace().lowercased()
    }

    private static func members(of json: [UInt8]) throws(GatewayError) -> [String: Member] {
        guard let members = JSONMembers.read(json) else { throw .invalidRequest("The body is not a JSON object.") }
        return index(members)
    }

    private static func members(of form: FormFields) -> [String: Member] {
        index(form.fields.map { ($0.name, .text($0.value)) })
    }

    private static func index(_ members: [JSONMembers.Member]) -> [String: Member] {
        Dictionary(members.map { ($0.name, .value($0.value)) }) { _, _ in .repeated }
    }
}
