import Logging

/// Puts the parts of the gateway together and runs them until SIGTERM.
enum Wiring {
    // SEAM: the lead replaces this body.
    static func run(_ settings: Settings, logger: Logger) throws {
        logger.critical("the gateway is not wired in this build", metadata: ["listen": "\(settings.listen)"])
    }
}
