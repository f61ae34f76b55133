import OpenSSL

/// Makes identifiers of the shapes that WeChat's own have (facts sheet 13.1).
///
/// The shapes are observed, not promised. A gateway that relies on more than the documented limits breaks here first.
enum Identifier {
    private static let alphanumeric = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let urlSafe = alphanumeric + Array("-_".utf8)
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// `wx` and 16 lower-case hexadecimal digits.
    static func appid(using generator: inout SeededGenerator) -> String {
        "wx" + text(16, of: hexadecimal, using: &generator)
    }

    /// 32 lower-case hexadecimal digits.
    static func appSecret(using generator: inout SeededGenerator) -> String {
        text(32, of: hexadecimal, using: &generator)
    }

    /// A `wx.login` code: 32 characters, the first a `0`; the end repeats four characters of the head, then one more.
    static func code(using generator: inout SeededGenerator) -> String {
        var code = [UInt8(ascii: "0")]
        code.reserveCapacity(32)
        append(26, of: alphanumeric, to: &code, using: &generator)
        code += code[3..<7]
        append(1, of: alphanumeric, to: &code, using: &generator)
        return String(decoding: code, as: UTF8.self)
    }

    /// A phone code: 64 lower-case hexadecimal digits.
    static func phoneCode(using generator: inout SeededGenerator) -> String {
        text(64, of: hexadecimal, using: &generator)
    }

    /// What ends the address of a link: 11 characters, as `wxaurl.cn` has them.
    static func linkTicket(using generator: inout SeededGenerator) -> String {
        text(11, of: alphanumeric, using: &generator)
    }

    /// 136 characters: a number that grows by the years, and url-safe text.
    static func accessToken(using generator: inout SeededGenerator) -> String {
        "98_" + text(133, of: urlSafe, using: &generator)
    }

    /// 28 characters; users of one app share the first six.
    static func openid(prefix: String, using generator: inout SeededGenerator) -> String {
        prefix + text(28 - prefix.utf8.count, of: urlSafe, using: &generator)
    }

    /// 28 characters that start like the unionids of WeChat's own samples.
    static func unionid(using generator: inout SeededGenerator) -> String {
        "ocMvos" + text(22, of: urlSafe, using: &generator)
    }

    /// Base64 of 16 random bytes: 24 characters that end with `==`.
    static func sessionKey(using generator: inout SeededGenerator) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for _ in 0..<2 {
            var word = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return Base64.encode(bytes.span)
    }

    /// A request id: the Unix time and two random words, each as eight lower-case hexadecimal digits.
    static func rid(at now: UnixTime, using generator: inout SeededGenerator) -> String {
        let random = generator.next()
        var rid: [UInt8] = []
        rid.reserveCapacity(26)
        appendHexadecimal(UInt32(truncatingIfNeeded: now.seconds), to: &rid)
        rid.append(UInt8(ascii: "-"))
        appendHexadecimal(UInt32(truncatingIfNeeded: random >> 32), to: &rid)
        rid.append(UInt8(ascii: "-"))
        appendHexadecimal(UInt32(truncatingIfNeeded: random), to: &rid)
        return String(decoding: rid, as: UTF8.self)
    }

    /// The 16 characters that older and business endpoints print as a hint, such as `qigBTVNre-vXl5ra`.
    static func hint(using generator: inout SeededGenerator) -> String {
        text(9, of: alphanumeric, using: &generator) + "-" + text(5, of: alphanumeric, using: &generator) + "a"
    }

    /// What the openids of one app start with: an `o` and five characters that depend on the appid alone.
    static func openidPrefix(appid: String) -> String {
        // The app of WeChat's published vectors has a published openid too.
        if appid == DefaultApp.appid { return "oGZUI0" }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in appid.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        var prefix = [UInt8(ascii: "o")]
        for shift in stride(from: 0, to: 30, by: 6) {
            prefix.append(urlSafe[Int((hash >> UInt64(shift + 16)) & 63)])
        }
        return String(decoding: prefix, as: UTF8.self)
    }

    /// The character of an openid that stands for the low six bits of a byte.
    static func openidCharacter(for byte: UInt8) -> UInt8 {
        urlSafe[Int(byte & 63)]
    }

    private static func text(_ count: Int, of alphabet: [UInt8], using generator: inout SeededGenerator) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        append(count, of: alphabet, to: &text, using: &generator)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(
        _ count: Int,
        of alphabet: [UInt8],
        to text: inout [UInt8],
        using generator: inout SeededGenerator
    ) {
        for _ in 0..<count {
            text.append(alphabet[Int(generator.next(upperBound: UInt64(alphabet.count)))])
        }
    }

    private static func appendHexadecimal(_ word: UInt32, to text: inout [UInt8]) {
        for shift in stride(from: 28, through: 0, by: -4) {
            text.append(hexadecimal[Int((word >> UInt32(shift)) & 15)])
        }
    }
}
