import HTTP
import HTTPServer
import TestSupport
import Testing
import UV

/// Peers that read or write at another pace than the server.
@Suite struct ConnectionBackpressureTests {
    /// Smaller than the write queue's bound, and many of them larger than all of the kernel's buffers together.
    private static let replyBytes = 512 * 1024
    private static let replyCount = 40

    private static let largeRoutes: @Sendable (Router, EventLoop) -> Void = { router, _ in
        var number: UInt8 = 0
        router.get("/large") { _ in
            number &+= 1
            return Response(body: [UInt8](repeating: number, count: replyBytes))
        }
        router.get("/hello") { _ in .text("hello") }
    }

    private static let requests = Array(
        String(repeating: "GET /large HTTP/1.1\r\nHost: x\r\n\r\n", count: replyCount).utf8
    )

    @Test func `a slow reader gets every byte of large replies in order, and others are served meanwhile`() async throws
    {
        try await withRunningServer(routes: Self.largeRoutes) { server in
            let slow = try StallingClient(port: server.port, receiveBytes: 8_192)
            #expect(slow.send(Self.requests, stallMilliseconds: 5_000) == Self.requests.count)
            let other = try RawClient(port: server.port)
            for _ in 0..<3 {
                other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try other.readReply().hasSuffix("hello"))
            }
            for number in 1...Self.replyCount {
                let body = Self.body(of: slow)
                #expect(body.count == Self.replyBytes && body.allSatisfy { $0 == UInt8(number) })
            }
        }
    }

    @Test func `a reader that stops reading is closed at the write timeout, in the middle of its reply`() async throws {
        try await withRunningServer({ $0.writeTimeoutMilliseconds = 200 }, routes: Self.largeRoutes) { server in
            let slow = try StallingClient(port: server.port, receiveBytes: 8_192)
            #expect(slow.send(Self.requests, stallMilliseconds: 5_000) == Self.requests.count)
            #expect(slow.read(count: 15) == Array("HTTP/1.1 200 OK".utf8))
            #expect(eventually { server.limit.count == 0 })
            let all = Self.replyCount * Self.replyBytes
            #expect(slow.read(count: all).count < all)
        }
    }

    @Test func `input beyond the pipelined limit stays in the kernel, and nothing of it is lost`() async throws {
        let gate = Gate()
        try await withRunningServer(
            { $0.pipelinedBytesMax = 10_000 },
            routes: { router, loop in
                helloRoutes(router, loop)
                router.get("/gate") { _ in
                    try await gate.pass(on: loop)
                    return .text("open")
                }
            }
        ) { server in
            let client = try StallingClient(port: server.port)
            let first = Array("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            let bodies = (0..<400).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 60_000) }
            let rest = bodies.flatMap {
                Array("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \($0.count)\r\n\r\n".utf8) + $0
            }
            let input = first + rest
            let taken = client.send(input, stallMilliseconds: 300)
            #expect(taken < input.count, "a server that reads on takes all of it")
            gate.open()
            let sender = Flag()
            Task.detached {
                // On a thread of its own: it blocks until the server has read everything.
                await offPool {
                    if client.send(input, from: taken, stallMilliseconds: 10_000) == input.count { sender.set() }
                }
            }
            #expect(Self.body(of: client) == Array("open".utf8))
            #expect(bodies.allSatisfy { Self.body(of: client) == $0 })
            #expect(eventually { sender.isSet })
        }
    }

    /// The body of the next reply.
    private static func body(of client: StallingClient) -> [UInt8] {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let byte = client.read(count: 1)
            if byte.isEmpty { return [] }
            head += byte
        }
        let text = String(decoding: head, as: UTF8.self)
        guard let range = text.firstRange(of: "Content-Length: ") else { return [] }
        return client.read(count: Int(text[range.upperBound...].prefix { $0.isNumber }) ?? 0)
    }
}
