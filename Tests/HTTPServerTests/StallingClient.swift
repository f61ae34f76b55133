import Glibc

/// A client that fills the kernel's buffers and can tell when the other end has stopped to read.
final class StallingClient: Sendable {
    private let descriptor: Int32

    struct Failure: Error {}

    /// - Parameter receiveBytes: the kernel's receive buffer, small for a client that does not read.
    init(port: UInt16, receiveBytes: Int32 = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if receiveBytes > 0 {
            var size = receiveBytes
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // The descriptor is closed once, by deinit, which runs for an initialiser that throws here too.
        guard status == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// Sends until everything is out, or nothing was taken for so long; returns how many bytes were taken.
    func send(_ bytes: [UInt8], from start: Int = 0, stallMilliseconds: Int32) -> Int {
        var sent = start
        while sent < bytes.count {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, stallMilliseconds) == 1 else { break }
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 { break }
            sent += count
        }
        return sent
    }

    /// Whether nothing comes for so long.
    func isSilent(forMilliseconds milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, milliseconds) == 0
    }

    /// Reads so many bytes, or less when the other end closes, breaks or is silent for ten seconds.
    func read(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 10_000) == 1 else { break }
            let got = recv(descriptor, &chunk, min(chunk.count, count - bytes.count), 0)
            if got <= 0 { break }
            bytes += chunk[..<got]
        }
        return bytes
    }
}
