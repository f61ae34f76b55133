/// Where users and sessions are kept.
enum StoreKind: String, Sendable {
    /// In a database in the data directory.
    case sqlite
    /// Nowhere: a restart forgets them.
    case memory
}
