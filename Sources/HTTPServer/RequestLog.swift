internal import HTTP
public import Logging

/// What a line of the log says about the request it belongs to.
public struct RequestLog: Sendable {
    private let requestID: String
    private let headers: Headers

    /// Keeps what a line would need: nearly no request has one.
    public init(_ request: Request) {
        requestID = request.id
        headers = request.headers
    }

    /// Request id and, when it is valid, `traceparent` (W3C Trace Context), as swift-log wants it.
    public var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["request_id": "\(requestID)"]
        if let traceparent = headers.first("traceparent"), RequestLog.isTraceparent(traceparent) {
            metadata["traceparent"] = "\(traceparent)"
        }
        return metadata
    }

    /// Longer ones are of a version yet to come, or nonsense; the log takes neither whole.
    private static let traceparentBytesMax = 256

    /// W3C Trace Context, section 3.2: version, 32 hex, 16 hex, 2 hex, ids not all zero. Later versions than 00 may
    /// have more parts (section 3.2.4); ff is forbidden.
    static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= traceparentBytesMax, parts.count == 4 || parts.count > 4 && parts[0] != "00" else {
            return false
        }
        guard parts[0] != "ff" else { return false }
        for (part, count) in zip(parts, [2, 32, 16, 2]) {
            guard part.utf8.count == count, part.utf8.allSatisfy(isLowerHex) else { return false }
        }
        return parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
