internal import Gateway

/// All sessions in memory, as they are on disk: what a session check is answered from. Any thread reads, only the store's
/// thread writes. The number of a user's row in the file is kept with his sessions.
typealias SessionIndex = SessionRows
