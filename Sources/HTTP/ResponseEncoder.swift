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
    /// - Parameter preparedFields: whole field lines with their CRLF, kept by the caller, for instance Date. Written
    /// as they are.
    public static func encode(
        _ status: Status,
        headers: [(String, String)],
        body: [UInt8],
        persistence: Persistence = .implied,
        omitsBody: Bool = false,
        preparedFields: [UInt8] = [],
        into buffer: inout [UInt8]
    ) {
        encodeHead(status, headers, persistence, preparedFields, into: &buffer)
        if status.forbidsBody {
            FieldEncoder.appendLineEnd(to: &buffer)
            return
        }
        FieldEncoder.appendContentLength(body.count, to: &buffer)
        FieldEncoder.appendLineEnd(to: &buffer)
        if !omitsBody { buffer.append(contentsOf: body) }
    }

    /// Appends the head of a reply whose body comes in parts: as chunks (RFC 9112 section 7.1), or until the connection
    /// ends, for which `persistence` has to be `.close`. Otherwise as ``encode(_:headers:body:persistence:omitsBody:preparedFields:into:)``.
    public static func encodeStreamHead(
        _ status: Status,
        headers: [(String, String)],
        persistence: Persistence,
        isChunked: Bool,
        preparedFields: [UInt8] = [],
        into buffer: inout [UInt8]
    ) {
        encodeHead(status, headers, persistence, preparedFields, into: &buffer)
        if isChunked { FieldEncoder.append("Transfer-Encoding: chunked\r\n", to: &buffer) }
        FieldEncoder.appendLineEnd(to: &buffer)
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

    private static func encodeHead(
        _ status: Status,
        _ headers: [(String, String)],
        _ persistence: Persistence,
        _ preparedFields: [UInt8],
        into buffer: inout [UInt8]
    ) {
        FieldEncoder.append("HTTP/1.1 ", to: &buffer)
        FieldEncoder.appendDecimal(Int(status.code), to: &buffer)
        buffer.append(UInt8(ascii: " "))
        FieldEncoder.appendSanitized(status.reason, to: &buffer)
        FieldEncoder.appendLineEnd(to: &buffer)
        buffer.append(contentsOf: preparedFields)
        for (name, value) in headers where !FieldEncoder.isFraming(name) {
            FieldEncoder.append(name, value, to: &buffer)
        }
        switch persistence {
        case .implied: break
        case .keepAlive: FieldEncoder.append("Connection: keep-alive\r\n", to: &buffer)
        case .close: FieldEncoder.append("Connection: close\r\n", to: &buffer)
        }
    }

    /// Appends `HTTP/1.1 100 Continue` with its empty line.
    public static func encodeContinue(into buffer: inout [UInt8]) {
        FieldEncoder.append("HTTP/1.1 100 Continue\r\n\r\n", to: &buffer)
    }
}
