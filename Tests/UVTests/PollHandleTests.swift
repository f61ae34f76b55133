import Glibc
import TestSupport
import Testing
import UV

/// Two connected, non-blocking sockets; closed by the test, after the handles on them.
private struct SocketPair {
    let near: Int32
    let far: Int32

    init() {
        var descriptors: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &descriptors) == 0, "no sockets for a test")
        (near, far) = (descriptors[0], descriptors[1])
    }

    func send(_ text: String) { _ = Glibc.send(far, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }

    func receive() -> Int {
        var bytes = [UInt8](repeating: 0, count: 100)
        return recv(near, &bytes, bytes.count, 0)
    }

    func close() {
        Glibc.close(near)
        Glibc.close(far)
    }
}

@Suite struct PollHandleTests {
    @Test func `what can be read or written is told, as long as it is watched`() async throws {
        try await withLoop { actor in
            let pair = SocketPair()
            var seen: [PollHandle.Events] = []
            let readable = Completion<Void>(on: actor.loop)
            let writable = Completion<Void>(on: actor.loop)
            let handle = try PollHandle(on: actor.loop, descriptor: pair.near) { events, error in
                #expect(error == nil)
                seen.append(events)
                if events.contains(.readable) { readable.finish(()) }
                if events.contains(.writable) { writable.finish(()) }
            }
            try handle.start(.readable)
            pair.send("x")
            await readable.value()
            #expect(seen.allSatisfy { $0 == .readable })
            handle.stop()
            let count = seen.count
            // The byte is still there: only the stop keeps the loop from telling it in these turns.
            for _ in 0..<10 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(seen.count == count)
            try handle.start(.writable)
            await writable.value()
            #expect(seen[count...].allSatisfy { $0 == .writable })
            handle.close()
            pair.close()
        }
    }

    @Test func `starting again replaces what was watched`() async throws {
        try await withLoop { actor in
            let pair = SocketPair()
            let both = Completion<Void>(on: actor.loop)
            let handle = try PollHandle(on: actor.loop, descriptor: pair.near) { events, _ in
                if events == [.readable, .writable] { both.finish(()) }
            }
            try handle.start(.readable)
            try handle.start([.readable, .writable])
            pair.send("x")
            await both.value()
            handle.close()
            pair.close()
        }
    }

    @Test func `a peer that closes makes its end readable`() async throws {
        try await withLoop { actor in
            let pair = SocketPair()
            let ended = Completion<Int>(on: actor.loop)
            let handle = try PollHandle(on: actor.loop, descriptor: pair.near) { _, _ in ended.finish(pair.receive()) }
            try handle.start(.readable)
            shutdown(pair.far, Int32(SHUT_WR))
            #expect(await ended.value() == 0)
            handle.close()
            pair.close()
        }
    }

    @Test func `a handle may be closed in its own callback, and again, and is dead then`() async throws {
        try await withLoop { actor in
            let pair = SocketPair()
            let ready = Completion<Void>(on: actor.loop)
            var calls = 0
            var handle: PollHandle?
            handle = try PollHandle(on: actor.loop, descriptor: pair.near) { _, _ in
                calls += 1
                handle?.close()
                handle?.close()
                ready.finish(())
            }
            try handle?.start(.writable)
            await ready.value()
            try handle?.start(.writable)
            handle?.stop()
            for _ in 0..<5 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(calls == 1)
            handle = nil
            pair.close()
        }
    }

    @Test func `a descriptor that cannot be watched, or is watched already, is refused and leaks nothing`() async throws
    {
        try await withLoop { actor in
            #expect(throws: UVError.self) { try PollHandle(on: actor.loop, descriptor: -1) { _, _ in } }
            let file = open("/dev/null", O_RDONLY)
            // epoll refuses regular files and the like (epoll_ctl(2), EPERM).
            #expect(throws: UVError.self) { try PollHandle(on: actor.loop, descriptor: file) { _, _ in } }
            Glibc.close(file)
            let pair = SocketPair()
            let handle = try PollHandle(on: actor.loop, descriptor: pair.near) { _, _ in }
            try handle.start(.readable)
            let error = #expect(throws: UVError.self) {
                try PollHandle(on: actor.loop, descriptor: pair.near) { _, _ in }
            }
            #expect(error?.name == "EEXIST")
            handle.close()
            pair.close()
        }
    }

    @Test func `a descriptor can be watched again once its handle is closed`() async throws {
        try await withLoop { actor in
            let pair = SocketPair()
            for _ in 0..<3 {
                let ready = Completion<Void>(on: actor.loop)
                let handle = try PollHandle(on: actor.loop, descriptor: pair.near) { _, _ in ready.finish(()) }
                try handle.start(.writable)
                await ready.value()
                handle.close()
            }
            pair.close()
        }
    }
}
