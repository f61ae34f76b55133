import Glibc

/// A pipe whose ends close with it.
final class LogPipe {
    let readEnd: Int32
    private(set) var writeEnd: Int32

    struct Failure: Error {}

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure() }
        // A child of another test must not keep the write end open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// Writes newlines until the pipe takes no more; returns how many.
    func fill() -> Int {
        let flags = fcntl(writeEnd, F_GETFL)
        _ = fcntl(writeEnd, F_SETFL, flags | O_NONBLOCK)
        defer { _ = fcntl(writeEnd, F_SETFL, flags) }
        var newline = UInt8(ascii: "\n")
        var count = 0
        while write(writeEnd, &newline, 1) == 1 { count += 1 }
        return count
    }

    /// Reads once; blocks until there is something or the other end is closed, then nothing.
    func readSome() -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(readEnd, &chunk, chunk.count)
        return Array(chunk.prefix(max(0, count)))
    }

    /// Everything until the other end is closed.
    func readLines() -> [String] {
        var bytes: [UInt8] = []
        while case let chunk = readSome(), !chunk.isEmpty { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
