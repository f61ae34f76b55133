import Glibc

/// Sends many requests over many kept connections from one thread, each connection one request at a time.
struct ManyConnections: ~Copyable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct Connection {
        let descriptor: Int32
        /// The request that is being answered.
        var request: Int?
        var input: [UInt8] = []
    }

    private var connections: [Connection] = []
    private var replies: [HTTPReply?] = []
    private var next = 0

    /// Connects `count` times to the port of the loopback address.
    init(_ count: Int, port: UInt16) throws {
        for index in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            connections.append(Connection(descriptor: descriptor))
            var noDelay: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw Failure(description: "connection \(index): errno \(errno)") }
        }
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
    }

    /// How many have something to read or were closed, though nothing was asked on them.
    func turnedAwayCount() -> Int {
        var watched = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        return Int(max(0, poll(&watched, nfds_t(watched.count), 0)))
    }

    /// Sends all requests and returns their replies in the order of the requests.
    mutating func exchange(_ requests: [[UInt8]], timeoutSeconds: Int = 60) throws -> [HTTPReply] {
        replies = Array(repeating: nil, count: requests.count)
        next = 0
        var left = requests.count
        for index in connections.indices { try sendNext(on: index, of: requests) }
        let deadline = time(nil) + timeoutSeconds
        var watched = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while left > 0 {
            guard time(nil) < deadline else { throw Failure(description: "\(left) replies are missing") }
            guard poll(&watched, nfds_t(watched.count), 1_000) > 0 else { continue }
            for index in watched.indices where watched[index].revents != 0 {
                left -= try receive(on: index, of: requests)
            }
        }
        return replies.compactMap { $0 }
    }

    private mutating func sendNext(on index: Int, of requests: [[UInt8]]) throws {
        guard next < requests.count else { return }
        connections[index].request = next
        let bytes = requests[next]
        next += 1
        // A request is far smaller than a socket's buffer.
        let sent = send(connections[index].descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard sent == bytes.count else { throw Failure(description: "send: errno \(errno)") }
    }

    /// Takes what has arrived; 1 when that completed a reply.
    private mutating func receive(on index: Int, of requests: [[UInt8]]) throws -> Int {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = recv(connections[index].descriptor, &bytes, bytes.count, 0)
        guard count > 0, let request = connections[index].request else {
            throw Failure(description: "connection \(index) closed, errno \(count < 0 ? errno : 0)")
        }
        connections[index].input += bytes[..<count]
        guard let head = HTTPReply.endOfHead(connections[index].input) else { return 0 }
        let reply = try HTTPReply(connections[index].input)
        let length = reply["content-length"].flatMap { Int($0) } ?? 0
        guard connections[index].input.count >= head + length else { return 0 }
        replies[request] = reply
        connections[index].input = []
        connections[index].request = nil
        try sendNext(on: index, of: requests)
        return 1
    }
}
