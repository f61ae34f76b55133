/// A store does not answer.
public enum StoreError: Error, Sendable {
    /// The store cannot be reached or refuses to work now; nothing half-done is left behind.
    case unavailable

    /// Asks a store; its failure is what the client is told.
    static func ask<Answer>(
        _ question: () async throws(StoreError) -> Answer
    ) async throws(GatewayError) -> Answer {
        do throws(StoreError) {
            return try await question()
        } catch {
            throw .storeUnavailable
        }
    }
}
