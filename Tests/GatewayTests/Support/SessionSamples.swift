import Gateway

/// Sessions by short names, for tests of what becomes of them.
enum SessionSamples {
    /// A digest that is another one for each name (FNV-1a).
    static func digest(_ name: String) -> TokenDigest {
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return TokenDigest(high: hash, low: ~hash)
    }

    /// The names in the first token of a session, or in the one that a refresh gave.
    static func token(_ sid: String, _ jti: String? = nil) -> TokenDigests {
        TokenDigests(sid: digest(sid), jti: digest(jti ?? "jti-\(sid)"))
    }

    static func session(
        _ sid: String,
        channel: SessionChannel = .mini,
        device: String? = nil,
        createdAt: Int64 = 0,
        expiresAt: Int64 = 1_000
    ) -> Session {
        Session(
            sid: digest(sid),
            token: SessionToken(jti: digest("jti-\(sid)"), expiresAt: expiresAt),
            channel: channel,
            device: device,
            createdAt: createdAt
        )
    }

    static func sealed(_ text: String) -> SealedRecord {
        SealedRecord(bytes: Array(text.utf8))
    }
}

extension SessionLookup {
    var isLive: Bool {
        if case .live = self { true } else { false }
    }

    var live: LiveSession? {
        if case .live(let live) = self { live } else { nil }
    }
}
