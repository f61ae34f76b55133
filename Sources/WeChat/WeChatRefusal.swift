/// An `errcode` other than 0, and what came with it, made fit for a log line.
public struct WeChatRefusal: Equatable, Sendable, CustomStringConvertible {
    /// WeChat's number for the reason, such as 40029.
    public let errcode: Int
    /// WeChat's words without the request id: at most 256 characters, none of them a control or formatting character.
    ///
    /// Addresses in it stay, because 40164 names the one that the operator has to put on the whitelist.
    public let errmsg: String
    /// WeChat's request id, by which its support finds the call; nil when there was none.
    public let rid: String?

    /// Bound of `errmsg`; the longest text known has 154 characters.
    static let errmsgCountMax = 256
    /// Characters of the shortest secret: openids have 28, codes and app secrets 32, access_tokens more.
    static let secretCountMin = 28

    /// Splits an `errmsg` as it came into words and request id.
    public init(errcode: Int, errmsg: String) {
        self.errcode = errcode
        let bytes = Array(errmsg.utf8)
        let found = Self.findRequestID(in: bytes)
        let words = found.map { Array(bytes[..<$0.range.lowerBound] + bytes[$0.range.upperBound...]) } ?? bytes
        rid = found.map { String(decoding: bytes[$0.id], as: UTF8.self) }
        self.errmsg = Self.cleaned(words)
    }

    /// One line for a log.
    public var description: String {
        "errcode \(errcode)" + (errmsg.isEmpty ? "" : ", \(errmsg)") + (rid.map { ", rid \($0)" } ?? "")
    }

    /// The first `,? ?rid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})`, with and without what is around the id.
    ///
    /// The separator differs by family of endpoints, and some samples break even that.
    private static func findRequestID(in bytes: [UInt8]) -> (range: Range<Int>, id: Range<Int>)? {
        let mark = Array("rid:".utf8)
        let idCount = 26
        guard bytes.count >= mark.count + idCount else { return nil }
        for start in 0...bytes.count - mark.count - idCount where bytes[start..<start + mark.count].elementsEqual(mark)
        {
            var idStart = start + mark.count
            if bytes[idStart] == UInt8(ascii: " ") { idStart += 1 }
            let id = idStart..<idStart + idCount
            guard id.upperBound <= bytes.count, isRequestID(bytes[id]) else { continue }
            var lower = start
            if lower > 0, bytes[lower - 1] == UInt8(ascii: " ") { lower -= 1 }
            if lower > 0, bytes[lower - 1] == UInt8(ascii: ",") { lower -= 1 }
            return (lower..<id.upperBound, id)
        }
        return nil
    }

    private static func isRequestID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.enumerated().allSatisfy { position, byte in
            switch byte {
            case UInt8(ascii: "-"): position == 8 || position == 17
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                position != 8 && position != 17
            default: false
            }
        }
    }

    private static func cleaned(_ bytes: [UInt8]) -> String {
        let visible = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
            default: true
            }
        }
        let shown = String(decoding: withoutSecrets(Array(String(visible).utf8)), as: UTF8.self)
        var text = String(String.UnicodeScalarView(shown.unicodeScalars.prefix(errmsgCountMax)))
        while text.last == " " { text.removeLast() }
        return text
    }

    /// What could be a secret, a code or a token that WeChat quotes: none was ever seen, but these words go to clients and
    /// logs. WeChat's own ids in such words have 26 characters at most.
    private static func withoutSecrets(_ bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        for run in bytes.split(omittingEmptySubsequences: false, whereSeparator: { !isOfToken($0) }) {
            shown += run.count < secretCountMin ? Array(run) : Array("…".utf8)
            if run.endIndex < bytes.endIndex { shown.append(bytes[run.endIndex]) }
        }
        return shown
    }

    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
