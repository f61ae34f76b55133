/// The 64 characters of one variant and their values, and the loops over both.
///
/// Tables on the heap, because a table within a value is copied by whoever takes its address; and loops over pointers,
/// with the room checked once before them: a token is decoded at each request.
final class Base64Alphabet: Sendable {
    /// RFC 4648 section 4.
    static let standard = Base64Alphabet(last: (UInt8(ascii: "+"), UInt8(ascii: "/")))
    /// RFC 4648 section 5.
    static let urlSafe = Base64Alphabet(last: (UInt8(ascii: "-"), UInt8(ascii: "_")))

    /// What `values` holds for any other character; the values themselves have none of its two upper bits.
    private static let noValue: UInt8 = 255

    /// The character of each value.
    private let characters: [UInt8]
    /// The value of each character, or `noValue`.
    private let values: [UInt8]
    /// For each of the four places in a group, what a character there adds to the group's three bytes; these are the lower
    /// three of the number, the first the lowest. What is no character sets the upper one.
    private let parts: [UInt32]

    private init(last: (UInt8, UInt8)) {
        let common = Array(UInt8(ascii: "A")...UInt8(ascii: "Z")) + Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
        characters = common + Array(UInt8(ascii: "0")...UInt8(ascii: "9")) + [last.0, last.1]
        var values = [UInt8](repeating: Self.noValue, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
        parts = [18, 12, 6, 0].flatMap { shift in
            values.map { $0 == Self.noValue ? 0xFF00_0000 : (UInt32($0) << (shift + 8)).byteSwapped }
        }
    }

    /// Characters that stand for so many bytes, without padding.
    static func characterCount(of byteCount: Int) -> Int { (byteCount * 4 + 2) / 3 }

    /// Bytes that so many characters stand for; nil for one character left alone, whose 6 bits are no byte.
    static func byteCount(of characterCount: Int) -> Int? {
        characterCount % 4 == 1 ? nil : characterCount * 3 / 4
    }

    // MARK: - Encoding

    /// Adds the text of `bytes`, without padding.
    func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: Self.characterCount(of: bytes.count)) { output in
            unsafe output.withUnsafeMutableBufferPointer { text, count in
                count = unsafe encode(bytes, to: text)
            }
        }
    }

    /// Writes the text of `bytes`, without padding.
    ///
    /// - Returns: how many characters were written.
    func encode(_ bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = Self.characterCount(of: bytes.count)
        precondition(text.count >= count, "four characters for each three bytes")
        guard count > 0, var output = text.baseAddress else { return 0 }
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard var input = bytes.baseAddress else { return }
            unsafe characters.withUnsafeBufferPointer { characters in
                guard let characters = characters.baseAddress else { return }
                for _ in 0..<bytes.count / 3 {
                    let bits = unsafe UInt32(input[0]) << 16 | UInt32(input[1]) << 8 | UInt32(input[2])
                    unsafe output[0] = characters[Int(bits >> 18)]
                    unsafe output[1] = characters[Int(bits >> 12 & 63)]
                    unsafe output[2] = characters[Int(bits >> 6 & 63)]
                    unsafe output[3] = characters[Int(bits & 63)]
                    unsafe input += 3
                    unsafe output += 4
                }
                switch bytes.count % 3 {
                case 1:
                    let bits = unsafe UInt32(input[0])
                    unsafe output[0] = characters[Int(bits >> 2)]
                    unsafe output[1] = characters[Int(bits << 4 & 63)]
                case 2:
                    let bits = unsafe UInt32(input[0]) << 8 | UInt32(input[1])
                    unsafe output[0] = characters[Int(bits >> 10)]
                    unsafe output[1] = characters[Int(bits >> 4 & 63)]
                    unsafe output[2] = characters[Int(bits << 2 & 63)]
                default: break
                }
            }
        }
        return count
    }

    // MARK: - Decoding

    /// The bytes of an unpadded text, or nil.
    func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard let byteCount = Self.byteCount(of: text.count) else { return nil }
        var isWhole = true
        // An array that is made with room costs three times as much as one that grows once.
        var bytes: [UInt8] = []
        bytes.append(addingCapacity: byteCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { bytes, count in
                if let written = unsafe decode(text, to: bytes) { count = written } else { isWhole = false }
            }
        }
        return isWhole ? bytes : nil
    }

    /// Writes the bytes of an unpadded text.
    ///
    /// - Returns: how many bytes were written, or nil for no such text.
    func decode(_ text: Span<UInt8>, to bytes: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let byteCount = Self.byteCount(of: text.count) else { return nil }
        precondition(bytes.count >= byteCount, "three bytes for each four characters")
        guard byteCount > 0, var output = bytes.baseAddress else { return 0 }
        let isWhole = unsafe text.withUnsafeBufferPointer { text in
            guard var input = text.baseAddress else { return false }
            let groupCount = text.count / 4
            guard unsafe decode(groups: groupCount, from: input, to: output) else { return false }
            unsafe input += groupCount * 4
            unsafe output += groupCount * 3
            return unsafe values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress else { return false }
                var seen: UInt8 = 0
                // The bits behind the last byte have to be zero.
                var surplus: UInt8 = 0
                switch text.count % 4 {
                case 2:
                    let (v0, v1) = unsafe (values[Int(input[0])], values[Int(input[1])])
                    seen |= v0 | v1
                    unsafe output[0] = v0 << 2 | v1 >> 4
                    surplus = v1 & 0xF
                case 3:
                    let (v0, v1, v2) = unsafe (values[Int(input[0])], values[Int(input[1])], values[Int(input[2])])
                    seen |= v0 | v1 | v2
                    unsafe output[0] = v0 << 2 | v1 >> 4
                    unsafe output[1] = v1 << 4 | v2 >> 2
                    surplus = v2 & 0x3
                default: break
                }
                return seen < 64 && surplus == 0
            }
        }
        return isWhole ? byteCount : nil
    }

    /// Decodes groups of four characters, each to three bytes; false when one of them is none of the alphabet.
    private func decode(
        groups count: Int,
        from input: UnsafePointer<UInt8>,
        to output: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        guard count > 0 else { return true }
        return unsafe parts.withUnsafeBufferPointer { parts in
            guard let first = parts.baseAddress else { return false }
            let (second, third, fourth) = unsafe (first + 256, first + 512, first + 768)
            // All parts together: what is no character shows in the upper byte, and is asked for once at the end.
            var seen: UInt32 = 0
            var (input, output) = unsafe (input, UnsafeMutableRawPointer(output))
            for _ in 0..<count - 1 {
                let part =
                    unsafe first[Int(input[0])] | second[Int(input[1])] | third[Int(input[2])] | fourth[Int(input[3])]
                seen |= part
                // A byte too many, which the next group writes over.
                unsafe output.storeBytes(of: part.littleEndian, as: UInt32.self)
                unsafe input += 4
                unsafe output += 3
            }
            let part =
                unsafe first[Int(input[0])] | second[Int(input[1])] | third[Int(input[2])] | fourth[Int(input[3])]
            seen |= part
            unsafe output.storeBytes(of: UInt8(truncatingIfNeeded: part), as: UInt8.self)
            unsafe output.storeBytes(of: UInt8(truncatingIfNeeded: part >> 8), toByteOffset: 1, as: UInt8.self)
            unsafe output.storeBytes(of: UInt8(truncatingIfNeeded: part >> 16), toByteOffset: 2, as: UInt8.self)
            return seen <= 0x00FF_FFFF
        }
    }
}
