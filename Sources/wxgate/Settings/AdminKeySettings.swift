import Gateway

/// One operator's key as the file of `WXGATE_ADMIN_KEYS_FILE` describes it.
struct AdminKeySettings: Sendable, Hashable {
    /// What the log calls it.
    let name: String
    /// SHA-256 of the key, so that the file itself opens nothing.
    let digest: [UInt8]
    let scopes: Set<AdminScope>
    /// Nil: all.
    let appIDs: Set<String>?
}
