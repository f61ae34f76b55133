/// How many sessions a user may have at once in each channel; 0: unlimited.
struct SessionLimits: Sendable, Hashable, CustomStringConvertible {
    /// Beyond a thousand a limit protects nothing, and 0 says "unlimited" more clearly.
    static let sessionsMax = 1000

    private(set) var mini = 1
    private(set) var web = 1

    var description: String { mini == web ? "\(mini)" : "mini=\(mini),web=\(web)" }

    /// Parses `3` (both channels) or `mini=1,web=5`; a channel that is not named keeps 1.
    init(_ text: String) throws(SettingFault) {
        guard text.contains("=") else {
            mini = try Self.parseLimit(text[...])
            web = mini
            return
        }
        var seen: Set<Substring> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw SettingFault("a part without =") }
            guard seen.insert(pair[0]).inserted else { throw SettingFault("a channel twice") }
            switch pair[0] {
            case "mini": mini = try Self.parseLimit(pair[1])
            case "web": web = try Self.parseLimit(pair[1])
            default: throw SettingFault("an unknown channel")
            }
        }
    }

    private static func parseLimit(_ text: Substring) throws(SettingFault) -> Int {
        guard let limit = DecimalNumber.parse(text) else { throw SettingFault("not a whole number") }
        guard limit <= sessionsMax else { throw SettingFault("out of range") }
        return limit
    }
}
