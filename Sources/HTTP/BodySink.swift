/// Where a decoder puts the bytes of a body: kept, or only counted.
struct BodySink {
    private let handling: BodyHandling
    private var bytes: [UInt8] = []
    /// Bytes that were put here, kept or not.
    private(set) var count = 0

    init(_ handling: BodyHandling) {
        self.handling = handling
    }

    /// How many more bytes the body may have; never negative.
    func room(_ limits: HTTPLimits) -> Int {
        let maximum = handling == .collect ? limits.bodyBytesMax : limits.discardedBytesMax
        return max(maximum &- count, 0)
    }

    mutating func take(_ range: Range<Int>, of input: Span<UInt8>) {
        count &+= range.count
        guard handling == .collect else { return }
        if bytes.isEmpty {
            bytes = input.copy(range)
        } else {
            input.append(range, to: &bytes)
        }
    }

    /// The kept bytes; there are none afterwards.
    mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes = []
        return taken
    }
}
