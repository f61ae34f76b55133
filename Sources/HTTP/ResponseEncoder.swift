/// Writes replies in HTTP/1 format (RFC 9112 section 4).
public enum ResponseEncoder {
    /// Which Connection field a reply gets.
    public enum Persistence: Sendable, Equatable {
        /// None: the connection persists by default of HTTP/1.1.
        case implied
        /// `Connection: keep-alive`, for HTTP/1.0 clients that asked for it.
        case keepAlive
        /// `Connection: close`.
        case close
    }

    /// Appends a whole reply to `buffer`.
    ///
    /// Content-Length is always written, but for statuses that forbid a body; so Content-Length, Transfer-Encoding
    /// and Connection among `headers` are ignored. With `omitsBody` (the reply to HEAD) the length stays and the body
    /// is left out. A field whose name is no token is left out, and control characters in values become spaces: no
    /// value can add a field or split the reply.
    ///
    /// - Parameter preparedFields: appends whole field lines with their CRLF, kept by the caller, for instance Date.
    public static func encode(
        _ status: Status,
        headers: [(String, String)],
        body: [UInt8],
        persistence: Persistence = .implied,
        omitsBody: Bool = false,
        preparedFields: (OutputBuffer) -> Void,
        into buffer: OutputBuffer
    ) {
        appendHead(status, headers, persistence, preparedFields, to: buffer)
        if status.forbidsBody {
            buffer.append(literal: "\r\n")
            return
        }
        buffer.append(literal: "Content-Length: ")
        buffer.append(decimal: body.count)
        buffer.append(literal: "\r\n\r\n")
        if !omitsBody { buffer.append(body) }
    }

    /// As ``encode(_:headers:body:persistence:omitsBody:preparedFields:into:)``, for a reply apart from a server.
    public static func encode(
        _ status: Status,
        headers: [(String, String)],
        body: [UInt8],
        persistence: Persistence = .implied,
        omitsBody: Bool = false,
        preparedFields: [UInt8] = [],
        into buffer: inout [UInt8]
    ) {
        let output = OutputBuffer()
        encode(
            status,
            headers: headers,
            body: body,
            persistence: persistence,
            omitsBody: omitsBody,
            preparedFields: { $0.append(preparedFields) },
            into: output
        )
        unsafe output.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }

    /// Appends the head of a reply whose body comes in parts: as chunks (RFC 9112 section 7.1), or until the connection
    /// ends, for which `persistence` has to be `.close`. Otherwise as
    /// ``encode(_:headers:body:persistence:omitsBody:preparedFields:into:)``.
    public static func encodeStreamHead(
        _ status: Status,
        headers: [(String, String)],
        persistence: Persistence,
        isChunked: Bool,
        preparedFields: (OutputBuffer) -> Void,
        into buffer: OutputBuffer
    ) {
        appendHead(status, headers, persistence, preparedFields, to: buffer)
        if isChunked { buffer.append(literal: "Transfer-Encoding: chunked\r\n") }
        buffer.append(literal: "\r\n")
    }

    /// One chunk of a body; not empty, because an empty one ends it.
    public static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        precondition(!bytes.isEmpty, "an empty chunk is the last one")
        var chunk = Array(String(bytes.count, radix: 16).utf8)
        chunk.reserveCapacity(chunk.count + bytes.count + 4)
        FieldEncoder.appendLineEnd(to: &chunk)
        chunk.append(contentsOf: bytes)
        FieldEncoder.appendLineEnd(to: &chunk)
        return chunk
    }

    /// The end of a body in chunks, without trailers.
    public static let lastChunk = Array("0\r\n\r\n".utf8)

    private static func appendHead(
        _ status: Status,
        _ headers: [(String, String)],
        _ persistence: Persistence,
        _ preparedFields: (OutputBuffer) -> Void,
        to buffer: OutputBuffer
    ) {
        if let line = status.usualLine {
            buffer.append(literal: line)
        } else {
            buffer.append(literal: "HTTP/1.1 ")
            buffer.append(decimal: Int(status.code))
            buffer.append(UInt8(ascii: " "))
            buffer.append(sanitized: status.reason)
            buffer.append(literal: "\r\n")
        }
        preparedFields(buffer)
        for (name, value) in headers { append(name, value, to: buffer) }
        switch persistence {
        case .implied: break
        case .keepAlive: buffer.append(literal: "Connection: keep-alive\r\n")
        case .close: buffer.append(literal: "Connection: close\r\n")
        }
    }

    /// A field that has nothing to do with framing; nothing when `name` is not a token.
    private static func append(_ name: String, _ value: String, to buffer: OutputBuffer) {
        guard FieldEncoder.isToken(name), !FieldEncoder.isFraming(name) else { return }
        buffer.append(name)
        buffer.append(literal: ": ")
        buffer.append(sanitized: value)
        buffer.append(literal: "\r\n")
    }

    /// Appends `HTTP/1.1 100 Continue` with its empty line.
    public static func encodeContinue(into buffer: inout [UInt8]) {
        FieldEncoder.append("HTTP/1.1 100 Continue\r\n\r\n", to: &buffer)
    }
}
