import TestSupport
import Testing

/// Reads server-sent events as raw bytes: the head, then chunk by chunk.
final class EventStreamClient {
    private let raw: RawClient
    private var input: [UInt8] = []
    let head: HTTPReply

    /// Sends the request and waits for the head.
    init(_ login: WebLogin, port: UInt16, version: String = "1.1", headers: [(String, String)] = []) throws {
        raw = try RawClient(port: port, timeoutSeconds: 20)
        var text = "GET \(login.path)/events HTTP/\(version)\r\nHost: gateway.test\r\nX-Qr-Secret: \(login.secret)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        raw.send(text + "\r\n")
        while HTTPReply.endOfHead(input) == nil {
            guard let bytes = raw.read(atMost: 1), !bytes.isEmpty else { break }
            input += bytes
        }
        head = try HTTPReply(input)
        input = []
    }

    /// The next chunk; nil for the last one, which ends the reply.
    func chunk() throws -> String? {
        let size = try #require(Int(try line(), radix: 16))
        let bytes = try take(size)
        #expect(try line() == "")
        return size == 0 ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Everything up to the end of the connection.
    func rest() -> String {
        let text = String(decoding: input, as: UTF8.self) + raw.readToEnd()
        input = []
        return text
    }

    /// Sends another request on the same connection and waits for the whole reply.
    func get(_ target: String) throws -> HTTPReply {
        raw.send("GET \(target) HTTP/1.1\r\nHost: gateway.test\r\n\r\n")
        return try HTTPReply(Array(raw.readReply().utf8))
    }

    func resetOnClose() { raw.resetOnClose() }

    private func line() throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = try take(1)[0]
            if byte == 10, bytes.last == 13 { return String(decoding: bytes.dropLast(), as: UTF8.self) }
            bytes.append(byte)
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while input.count < count {
            let bytes = try #require(raw.read(atMost: count - input.count))
            try #require(!bytes.isEmpty, "the stream ended")
            input += bytes
        }
        defer { input.removeFirst(count) }
        return Array(input.prefix(count))
    }
}
