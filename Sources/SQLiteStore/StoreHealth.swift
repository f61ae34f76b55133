internal import Logging
internal import Synchronization

/// Whether the store can serve, and if not, why. Any thread; told once a change, not once a request.
final class StoreHealth: Sendable {
    private let reason = Mutex<String?>(nil)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// In words for an operator; nil: it serves.
    var trouble: String? { reason.withLock { $0 } }

    /// The store cannot serve.
    func fail(_ text: String) {
        let isNews = reason.withLock { reason in
            defer { reason = text }
            return reason != text
        }
        if isNews { logger.error("the store cannot serve", metadata: ["reason": "\(text)"]) }
    }

    /// Something was written: the store serves.
    func recover() {
        let wasTroubled = reason.withLock { $0.take() != nil }
        if wasTroubled { logger.notice("the store serves again") }
    }
}
