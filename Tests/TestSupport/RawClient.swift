import Glibc

/// A blocking TCP client that sends literal bytes and reads literal replies, with a bound on every wait.
public final class RawClient: Sendable {
    private let descriptor: Int32

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Connects to a port of the loopback address.
    public init(port: UInt16, timeoutSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let reason = errno
        // The descriptor goes in deinit, which runs also when this init throws.
        if status != 0 { throw Failure(description: "connect: errno \(reason)") }
    }

    deinit { close(descriptor) }

    /// Sends bytes; a peer that has closed is not an error here, its reply is what counts.
    public func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends text as UTF-8.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// One read; empty at the end of the stream, nil on a reset or time-out.
    public func read(atMost limit: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        return count < 0 ? nil : Array(bytes[..<count])
    }

    /// Reads until the peer closes (or resets, or the bound passes).
    public func readToEnd() -> String {
        var all: [UInt8] = []
        while let bytes = read(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads one HTTP reply with Content-Length (or none) and returns it as text; what follows stays unread.
    public func readReply() throws -> String {
        var all: [UInt8] = []
        while !all.ends(with: "\r\n\r\n") {
            guard let byte = read(atMost: 1), !byte.isEmpty else {
                throw Failure(description: "closed after \(String(decoding: all, as: UTF8.self))")
            }
            all += byte
        }
        let head = String(decoding: all, as: UTF8.self).lowercased()
        var rest = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            rest = Int(line.dropFirst("content-length:".count).filter { $0 != " " }) ?? 0
        }
        while rest > 0 {
            guard let bytes = read(atMost: rest), !bytes.isEmpty else {
                throw Failure(description: "body cut after \(String(decoding: all, as: UTF8.self))")
            }
            all += bytes
            rest -= bytes.count
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Sends FIN but keeps reading.
    public func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Makes the close that follows a reset.
    public func resetOnClose() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool {
        count >= text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
