import Gateway
import Logging

/// Where users and sessions are kept, as `WXGATE_STORE` says, and how that ends.
struct GatewayStores: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    /// When nobody asks them any more.
    let close: @Sendable () async -> Void

    static func open(
        _ settings: Settings,
        in directory: DataDirectory?,
        logger: Logger
    ) async throws(StartFault) -> GatewayStores {
        switch settings.store {
        case .memory, .sqlite:
            return GatewayStores(users: MemoryUserStore(), sessions: MemorySessionStore(), close: {})
        }
    }
}
