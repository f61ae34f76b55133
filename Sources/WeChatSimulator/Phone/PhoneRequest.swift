import FoundationEssentials
import OpenSSL

/// One `wx.request` of the simulated mini-program.
struct PhoneRequest: Sendable, Redacted {
    /// What the phone may ask for: a mini-program's own calls, and nothing else that the gateway has.
    static let prefix = "/api/v1/"
    /// Far above any path and query of the contract.
    static let pathBytesMax = 2048
    /// Far above any token.
    static let tokenBytesMax = 8192

    /// Path and query.
    let path: String
    let token: String?
    /// The body of a POST; nil for a GET.
    let body: [UInt8]?

    /// Reads the body of `/sim/phone/request`.
    init(_ body: [UInt8]) throws(SimulatorRefusal) {
        var input = try ControlObject(body)
        let method = try input.string("method") ?? "GET"
        guard let path = try input.string("path") else { throw .invalid("path is missing") }
        let token = try input.string("token")
        let data = try input.value("data")
        try input.finish()

        guard ["GET", "POST"].contains(method) else { throw .invalid("method must be GET or POST") }
        guard Self.isAllowed(path) else { throw .invalid("path must begin with \(Self.prefix)") }
        guard method == "POST" || data == nil else { throw .invalid("a GET has its data in the query of path") }
        if let token {
            guard (1...Self.tokenBytesMax).contains(token.utf8.count),
                token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw .invalid("token must be visible ASCII without spaces") }
        }
        self.path = path
        self.token = token
        self.body = method == "GET" ? nil : try Self.encoded(data)
    }

    /// A path that stays below the prefix whoever normalises it: no dots that could be steps up, escaped or not.
    private static func isAllowed(_ target: String) -> Bool {
        guard target.utf8.count <= pathBytesMax, target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 })
        else { return false }
        let path = target.prefix { $0 != "?" }
        return path.hasPrefix(prefix) && !path.contains("/.") && !path.contains("%") && !path.contains("\\")
    }

    private static func encoded(_ data: JSONValue?) throws(SimulatorRefusal) -> [UInt8] {
        guard let data else { return Array("{}".utf8) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(data) else { throw .invalid("data has no form in JSON") }
        return Array(bytes)
    }
}
