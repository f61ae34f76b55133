import Dispatch
import Glibc
import Synchronization
import Testing

@testable import wxgate

@Suite struct LogSinkTests {
    @Test func `lines of one thread keep their order`() throws {
        let pipe = try LogPipe()
        let sink = LogSink(descriptor: pipe.writeEnd, format: .json)
        let expected = (0..<1000).map { "line \($0)" }
        for line in expected { sink.append(Array("\(line)\n".utf8)) }
        #expect(sink.flush())
        pipe.closeWriteEnd()
        #expect(pipe.readLines() == expected)
    }

    @Test func `lines of many threads are whole`() throws {
        let pipe = try LogPipe()
        let sink = LogSink(descriptor: pipe.writeEnd, format: .json)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<100 { sink.append(Array("thread \(thread) line \(number)\n".utf8)) }
        }
        #expect(sink.flush())
        pipe.closeWriteEnd()
        let expected = (0..<8).flatMap { thread in (0..<100).map { "thread \(thread) line \($0)" } }
        #expect(pipe.readLines().sorted() == expected.sorted())
    }

    @Test func `a reader that stands still costs lines and no time, and a later line tells how many`() throws {
        let pipe = try LogPipe()
        let noon = LogTimestamp(millisecondsSinceEpoch: 1_782_907_200_123)
        let sink = LogSink(descriptor: pipe.writeEnd, format: .json, bufferedBytesMax: 10_000, now: { noon })
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
        // The writer gets nowhere, its hands and the buffer hold 200 lines at most, and appending must not wait.
        #expect(pipe.fill() > 0)
        let taken = 1000
        for _ in 0..<taken { sink.append(line) }
        #expect(!sink.flush(atMost: .milliseconds(1)))

        // One notice, or two when the writer started while lines were being dropped already.
        let before =
            #"{"time":"2026-07-01T12:00:00.123Z","level":"warning","logger":"wxgate","message":"log lines were "#
            + #"dropped, because they could not be written fast enough","dropped":"#
        var bytes: [UInt8] = []
        var dropped = 0
        var whole = 0
        while whole + dropped < taken {
            let chunk = pipe.readSome()
            try #require(!chunk.isEmpty)
            bytes += chunk
            guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in String(decoding: bytes[...end], as: UTF8.self).split(separator: "\n") {
                if line == String(repeating: "x", count: 99) {
                    whole += 1
                } else {
                    try #require(line.hasPrefix(before) && line.hasSuffix("}"))
                    dropped += try #require(Int(line.dropFirst(before.count).dropLast()))
                }
            }
            bytes.removeSubrange(...end)
        }
        #expect(whole + dropped == taken)
        #expect(whole <= 200)

        // And the sink goes on as if nothing had been.
        sink.append(Array("after\n".utf8))
        #expect(sink.flush())
        #expect(String(decoding: pipe.readSome(), as: UTF8.self) == "after\n")
    }

    @Test func `a line that can never fit is dropped and told`() throws {
        let pipe = try LogPipe()
        let sink = LogSink(descriptor: pipe.writeEnd, format: .text, bufferedBytesMax: 100)
        sink.append([UInt8](repeating: UInt8(ascii: "x"), count: 101))
        sink.append(Array("short\n".utf8))
        #expect(sink.flush())
        pipe.closeWriteEnd()
        let lines = pipe.readLines()
        #expect(lines.first == "short")
        #expect(lines.last?.hasSuffix("dropped=1") == true)
    }

    @Test func `a descriptor that is not blocking is waited for`() throws {
        let pipe = try LogPipe()
        #expect(fcntl(pipe.writeEnd, F_SETFL, O_NONBLOCK) == 0)
        let sink = LogSink(descriptor: pipe.writeEnd, format: .text)
        let line = [UInt8](repeating: UInt8(ascii: "y"), count: 999) + [UInt8(ascii: "\n")]
        for _ in 0..<500 { sink.append(line) }
        var count = 0
        while count < 500_000 { count += pipe.readSome().count }
        #expect(sink.flush())
        #expect(count == 500_000)
    }

    @Test func `a broken descriptor neither spins nor blocks`() {
        let sink = LogSink(descriptor: -1, format: .text)
        for _ in 0..<10 { sink.append(Array("lost\n".utf8)) }
        #expect(sink.flush())
    }
}
