import HTTP
import Testing

/// The same numbers in each run, so a failure comes again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Changes a message a little, mostly at the bytes that parsers trip over.
struct Mutator {
    private static let nasty = Array("\r\n\t :,;=\"\0\u{7F}/?#%@[]09afgAFG+-".utf8) + [0x80, 0xFF]
    private static let phrases = [
        "\r\n", "\r\n\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: a\r\n", "0\r\n\r\n",
        " HTTP/1.1",
        "Connection: close\r\n", "FFFFFFFF", "99999999999999999999", "\r\n ",
    ].map { Array($0.utf8) }

    var numbers: SplitMix64

    mutating func mutate(_ message: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = message
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
            guard !bytes.isEmpty else { return bytes }
            let index = Int.random(in: 0..<bytes.count, using: &numbers)
            let end = min(bytes.count, index + Int.random(in: 1...12, using: &numbers))
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0: bytes[index] = Mutator.nasty.randomElement(using: &numbers) ?? 0
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
            case 2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 3: bytes.insert(Mutator.nasty.randomElement(using: &numbers) ?? 0, at: index)
            case 4: bytes.removeSubrange(index..<end)
            case 5: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 6: bytes.insert(contentsOf: Mutator.phrases.randomElement(using: &numbers) ?? [], at: index)
            default:
                bytes.replaceSubrange(index..., with: other.suffix(Int.random(in: 0...other.count, using: &numbers)))
            }
        }
        return bytes
    }

    /// `bytes` in one to five pieces.
    mutating func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var cuts = (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
            Int.random(in: 0...bytes.count, using: &numbers)
        }
        cuts = [0] + cuts.sorted() + [bytes.count]
        return zip(cuts, cuts.dropFirst()).map { bytes[$0..<$1] }
    }
}

struct RequestFuzzTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `mutated requests say the same however they are cut`(_ seed: UInt64) throws {
        var mutator = Mutator(numbers: SplitMix64(seed: seed))
        var corpus: [[UInt8]] = []
        for kind in ["requests/valid/", "requests/invalid/"] {
            for name in try Corpus.names(kind) { corpus.append(try Corpus.bytes(kind + name)) }
        }
        corpus.removeAll { $0.count > 1_000 }
        var limits = HTTPLimits()
        (limits.headBytesMax, limits.headerCountMax, limits.bodyBytesMax) = (600, 12, 100)
        var accepted = 0
        for _ in 0..<5_000 {
            let message = corpus.randomElement(using: &mutator.numbers) ?? []
            let bytes = mutator.mutate(message, with: corpus.randomElement(using: &mutator.numbers) ?? [])
            let whole = RequestFeed([bytes[...]], limits: limits)
            let cut = RequestFeed(mutator.cut(bytes), limits: limits)
            if cut.outcomes != whole.outcomes || !whole.complaints.isEmpty || !cut.complaints.isEmpty {
                Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription): \(whole) or \(cut)")
                return
            }
            if case .request = whole.outcomes.first { accepted += 1 }
        }
        // Both sides of the fence are seen, or the mutations are too wild or too tame.
        #expect((250..<4_750).contains(accepted))
    }

    @Test func `mutated replies say the same however they are cut`() throws {
        var mutator = Mutator(numbers: SplitMix64(seed: 5))
        var corpus: [[UInt8]] = []
        for kind in ["responses/valid/", "responses/invalid/"] {
            for name in try Corpus.names(kind) { corpus.append(try Corpus.bytes(kind + name)) }
        }
        corpus.removeAll { $0.count > 1_000 }
        for _ in 0..<5_000 {
            let message = corpus.randomElement(using: &mutator.numbers) ?? []
            let bytes = mutator.mutate(message, with: corpus.randomElement(using: &mutator.numbers) ?? [])
            let (whole, cut) = (ResponseFeed.outcome([bytes[...]]), ResponseFeed.outcome(mutator.cut(bytes)))
            if cut != whole {
                Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription): \(whole) or \(cut)")
                return
            }
        }
    }
}
