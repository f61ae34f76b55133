internal import HTTP
internal import HTTPServer

/// The named members of a request, whether they came as JSON, as a form or in the query (contract section 2).
struct RequestMembers {
    private enum Source {
        case none
        case json(JSONMembers)
        case form(FormFields)
    }

    private let source: Source

    /// Reads the query of a GET.
    ///
    /// - Throws: `invalidRequest` for broken percent-encoding.
    init(query: String?) throws(GatewayError) {
        do throws(FormError) {
            source = .form(try FormFields(query: query))
        } catch {
            throw .invalidRequest("query: \(error.detail)")
        }
    }

    /// Reads the body of a POST; no body counts as `{}`.
    ///
    /// - Throws: `unsupportedMediaType`, or `invalidRequest` for malformed JSON or form.
    init(body request: borrowing Request) throws(GatewayError) {
        if request.body.isEmpty {
            source = .none
            return
        }
        switch RequestMediaType(of: request.headers) {
        case .json:
            source = try RequestMembers.members(of: request.body)
        case .form:
            do throws(FormError) {
                source = .form(try FormFields(body: request.body))
            } catch {
                throw .invalidRequest("form: \(error.detail)")
            }
        case nil:
            throw .unsupportedMediaType
        }
    }

    /// Reads a body that can only be JSON, whatever its media type says.
    ///
    /// - Throws: `invalidRequest` for anything but an object.
    init(json: [UInt8]) throws(GatewayError) {
        source = try RequestMembers.members(of: json)
    }

    /// An optional text; null and the empty text count as absent, as clients send them for what they do not have.
    ///
    /// - Parameter lengthMax: in Unicode scalars.
    /// - Throws: `invalidRequest` naming the member when it is no text, too long, or there more than once.
    func text(_ name: StaticString, lengthMax: Int) throws(GatewayError) -> String? {
        switch member(name) {
        case .absent, .null, .text(""): return nil
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .boolean, .integer, .other:
            throw .invalidRequest("\(name) is not a string.")
        case .text(let text):
            // Nothing has more scalars than bytes.
            guard text.utf8.count <= lengthMax || text.unicodeScalars.count <= lengthMax else {
                throw .invalidRequest("\(name) is longer than \(lengthMax) characters.")
            }
            return text
        }
    }

    /// A text that must be there.
    ///
    /// - Throws: `invalidRequest` naming the member.
    func requiredText(_ name: StaticString, lengthMax: Int) throws(GatewayError) -> String {
        guard let text = try text(name, lengthMax: lengthMax) else { throw .invalidRequest("\(name) is missing.") }
        return text
    }

    /// A boolean of JSON; false when it is absent or null.
    ///
    /// - Throws: `invalidRequest` naming the member when it is anything else, or there more than once.
    func flag(_ name: StaticString) throws(GatewayError) -> Bool {
        switch member(name) {
        case .absent, .null: return false
        case .boolean(let flag): return flag
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .text, .integer, .other:
            throw .invalidRequest("\(name) is neither true nor false.")
        }
    }

    /// An optional whole number: a number of JSON, or its digits as a text, which is all that a form has. null and the
    /// empty text count as absent.
    ///
    /// - Parameter range: not negative, of at most nine digits.
    /// - Throws: `invalidRequest` naming the member when it is anything else, or there more than once.
    func integer(_ name: StaticString, in range: ClosedRange<Int>) throws(GatewayError) -> Int? {
        let number: Int?
        switch member(name) {
        case .absent, .null, .text(""): return nil
        case .repeated: throw .invalidRequest("\(name) is given more than once.")
        case .integer(let value): number = value
        case .text(let text): number = RequestMembers.number(text)
        case .boolean, .other: number = nil
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
    func pair(_ first: StaticString, _ second: StaticString, lengthMax: Int) throws(GatewayError) -> (String, String)? {
        switch (try text(first, lengthMax: lengthMax), try text(second, lengthMax: lengthMax)) {
        case (nil, nil): return nil
        case (let one?, let other?): return (one, other)
        case (nil, _?): throw .invalidRequest("\(first) is missing, though \(second) is there.")
        case (_?, nil): throw .invalidRequest("\(second) is missing, though \(first) is there.")
        }
    }

    private func member(_ name: StaticString) -> RequestMember {
        switch source {
        case .none: .absent
        case .json(let members): members.member(name)
        case .form(let form): form.member(name)
        }
    }

    private static func members(of json: [UInt8]) throws(GatewayError) -> Source {
        guard let members = JSONMembers(json) else { throw .invalidRequest("The body is not a JSON object.") }
        return .json(members)
    }
}

extension FormFields {
    /// What a name stands for.
    fileprivate func member(_ name: StaticString) -> RequestMember {
        let name = name.description
        var found: String?
        for field in fields where field.name == name {
            if found != nil { return .repeated }
            found = field.value
        }
        return found.map { .text($0) } ?? .absent
    }
}
