import Glibc

/// An open file that is closed with its owner.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes the descriptor over; nil for a negative one, which is what `open` returns when it fails.
    init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit { close(number) }

    var status: stat? {
        var status = stat()
        return unsafe fstat(number, &status) == 0 ? status : nil
    }

    /// Writes all of it and waits until it is on the disk.
    func write(_ bytes: [UInt8]) throws(SystemFault) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("write")
            }
            written += count
        }
        try sync()
    }

    /// Waits until it is on the disk.
    func sync() throws(SystemFault) {
        guard fsync(number) == 0 else { throw .last("fsync") }
    }

    /// All bytes up to the end; nil when there are more than `countMax`.
    func read(upTo countMax: Int) throws(SystemFault) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(number, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("read")
            }
            bytes += chunk[..<count]
            guard bytes.count <= countMax else { return nil }
        }
    }
}
