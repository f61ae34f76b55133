/// A store does not answer.
public enum StoreError: Error, Sendable {
    /// The store cannot be reached or refuses to work now; nothing half-done is left behind.
    case unavailable
}
