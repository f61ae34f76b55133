/// Why a request is not written.
public enum RequestEncodeError: Error, Equatable, Sendable {
    /// The target is empty or has bytes that would end it: whitespace, control characters, `#`, or text beyond ASCII.
    case invalidTarget
    /// The host is no `host[:port]`.
    case invalidHost
}

/// Writes requests in HTTP/1.1 format (RFC 9112 section 3).
public enum RequestEncoder {
    /// Appends a whole request to `buffer`; nothing when it throws.
    ///
    /// Host comes first, as RFC 9110 section 7.2 recommends. Content-Length is written whenever there is a `body`,
    /// never chunked: WeChat answers 412 to that. So Host, Content-Length, Transfer-Encoding and Connection among
    /// `headers` are ignored, and so is a field whose name is no token; control characters in values become spaces.
    ///
    /// - Parameter body: nil for none; an empty one is announced with length 0, which POST and PUT should do.
    public static func encode(
        _ method: Method,
        target: String,
        host: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil,
        into buffer: inout [UInt8]
    ) throws(RequestEncodeError) {
        guard !target.isEmpty, target.utf8.allSatisfy(CharacterClass.isTarget) else { throw .invalidTarget }
        let hostBytes = host.utf8.span
        guard hostBytes.count > 0, Authority.isValid(hostBytes, 0..<hostBytes.count) else { throw .invalidHost }
        FieldEncoder.append(method.rawValue, to: &buffer)
        buffer.append(UInt8(ascii: " "))
        FieldEncoder.append(target, to: &buffer)
        FieldEncoder.append(" HTTP/1.1\r\nHost: ", to: &buffer)
        FieldEncoder.append(host, to: &buffer)
        FieldEncoder.appendLineEnd(to: &buffer)
        for (name, value) in headers where !FieldEncoder.isFraming(name) && !isHost(name) {
            FieldEncoder.append(name, value, to: &buffer)
        }
        if let body { FieldEncoder.appendContentLength(body.count, to: &buffer) }
        FieldEncoder.appendLineEnd(to: &buffer)
        if let body { buffer.append(contentsOf: body) }
    }

    /// Host, and what else stands in each request to the same server, as `appendHead` takes it.
    ///
    /// - Throws: `invalidHost`.
    public static func preparedFields(
        host: String,
        headers: [(String, String)]
    ) throws(RequestEncodeError) -> [UInt8] {
        let bytes = host.utf8.span
        guard bytes.count > 0, Authority.isValid(bytes, 0..<bytes.count) else { throw .invalidHost }
        var fields: [UInt8] = []
        FieldEncoder.append(" HTTP/1.1\r\nHost: ", to: &fields)
        FieldEncoder.append(host, to: &fields)
        FieldEncoder.appendLineEnd(to: &fields)
        for (name, value) in headers where !FieldEncoder.isFraming(name) && !isHost(name) {
            FieldEncoder.append(name, value, to: &fields)
        }
        return fields
    }

    /// Appends a request without its body; nothing when it throws.
    ///
    /// - Parameters:
    ///   - path: stands before the target, and was checked before.
    ///   - before, after: what stands around `target` and belongs to the target too; checked before.
    ///   - preparedFields: of `preparedFields(host:headers:)`.
    ///   - bodyCount: the bytes that follow; nil for no body.
    public static func appendHead(
        _ method: Method,
        path: String,
        before: [UInt8] = [],
        target: String,
        after: [UInt8] = [],
        preparedFields: [UInt8],
        headers: [(name: String, value: String)],
        bodyCount: Int?,
        to buffer: OutputBuffer
    ) throws(RequestEncodeError) {
        let bytes = target.utf8.span
        var index = bytes.endOfTarget(from: 0)
        while index < bytes.count, CharacterClass.isTarget(bytes[index]) { index &+= 1 }
        guard index == bytes.count else { throw .invalidTarget }
        if method.registered == .get {
            buffer.append(literal: "GET ")
        } else {
            buffer.append(method.rawValue)
            buffer.append(UInt8(ascii: " "))
        }
        if !path.utf8.isEmpty {
            buffer.append(path)
        } else if (before.first ?? (bytes.isEmpty ? nil : bytes[0])) != UInt8(ascii: "/") {
            // An origin alone, or with a query only, means its root (RFC 9112 section 3.2.1).
            buffer.append(UInt8(ascii: "/"))
        }
        buffer.append(before)
        buffer.append(bytes)
        buffer.append(after)
        buffer.append(preparedFields)
        if !headers.isEmpty || bodyCount != nil {
            var fields: [UInt8] = []
            for (name, value) in headers where !FieldEncoder.isFraming(name) && !isHost(name) {
                FieldEncoder.append(name, value, to: &fields)
            }
            if let bodyCount { FieldEncoder.appendContentLength(bodyCount, to: &fields) }
            buffer.append(fields)
        }
        buffer.append(literal: "\r\n")
    }

    private static func isHost(_ name: String) -> Bool {
        let bytes = name.utf8.span
        return bytes.matches(0..<bytes.count, lowercased: "host")
    }
}
