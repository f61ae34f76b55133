/// The 64 characters of one variant, and their values.
struct Base64Alphabet: Sendable {
    /// What `values` holds for any other character.
    static let noValue: UInt8 = 255

    /// RFC 4648 section 4.
    static let standard = Base64Alphabet(last: (UInt8(ascii: "+"), UInt8(ascii: "/")))
    /// RFC 4648 section 5.
    static let urlSafe = Base64Alphabet(last: (UInt8(ascii: "-"), UInt8(ascii: "_")))

    /// The character of each value. Loops take its span once: indexing the property would copy the whole table.
    let characters: [64 of UInt8]
    /// The value of each character, or `noValue`.
    let values: [256 of UInt8]

    private init(last: (UInt8, UInt8)) {
        let common = Array(UInt8(ascii: "A")...UInt8(ascii: "Z")) + Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
        let all = common + Array(UInt8(ascii: "0")...UInt8(ascii: "9")) + [last.0, last.1]
        var values = [256 of UInt8](repeating: Self.noValue)
        for (value, character) in all.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
        characters = [64 of UInt8] { all[$0] }
    }
}
