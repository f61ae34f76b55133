internal import OpenSSL
internal import WeChat

/// One code of one app, hashed once for all tables.
struct CodeKey: Equatable, Sendable, Redacted {
    let appID: String
    let code: LoginCode
    /// Seeded by the process, since clients choose codes.
    let hash: UInt

    init(appID: String, code: LoginCode) {
        self.appID = appID
        self.code = code
        // Without the app: no two are given one code.
        var hasher = Hasher()
        hasher.combine(code)
        hash = UInt(bitPattern: hasher.finalize())
    }

    static func == (left: CodeKey, right: CodeKey) -> Bool {
        left.hash == right.hash && left.code == right.code && left.appID == right.appID
    }
}
