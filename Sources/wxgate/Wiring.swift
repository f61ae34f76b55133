import Gateway
import HTTPServer
import Logging

/// Puts the parts of the gateway together and runs them until it is told to stop.
enum Wiring {
    static func run(_ settings: Settings, logger: Logger) async throws {
        do {
            try await serve(settings, logger: logger)
            logger.notice("stopped")
        } catch let fault as StartFault {
            logger.critical(
                "cannot start",
                metadata: [
                    "variable": "\(fault.variable)", "value": "\(fault.subject)", "reason": "\(fault.reason)",
                ]
            )
            throw fault.exitCode
        }
    }

    /// From the lowest layer up, and down again: the directory, its keys, the stores in it, the listeners.
    private static func serve(_ settings: Settings, logger: Logger) async throws {
        let directory = try dataDirectory(settings, logger: logger)
        // Until the stores are closed, nobody else may open them.
        defer { withExtendedLifetime(directory) {} }
        let keys = try GatewayKeys(settings, in: directory, logger: logger)
        var configuration = try GatewayConfiguration(settings, keys: keys)
        configuration.connectionsMax = DescriptorLimit.raise(for: settings.connectionsMax, logger: logger)
        let stores = try GatewayStores(settings, in: directory, logger: logger)
        defer { stores.close() }
        try await serve(configuration, over: stores, settings, logger: logger)
    }

    private static func serve(
        _ configuration: GatewayConfiguration,
        over stores: GatewayStores,
        _ settings: Settings,
        logger: Logger
    ) async throws {
        let gateway: RunningGateway
        do {
            gateway = try await RunningGateway.start(
                configuration,
                users: stores.users,
                sessions: stores.sessions,
                logins: stores.logins,
                accessTokens: stores.accessTokens,
                logger: logger
            )
        } catch let error as ListenError {
            let isAdmin = settings.adminListen.map { "\($0)" == error.address } ?? false
            let variable: SettingVariable = isAdmin ? .adminListen : .listen
            throw StartFault(.unavailable, variable, error.address, "cannot listen: \(error.reason)")
        }
        var metadata: Logger.Metadata = [
            "address": "\(ListenAddress(settings.listen, port: gateway.port))", "loops": "\(settings.loops)",
            "version": "\(Version.current)",
        ]
        if let admin = settings.adminListen, let port = gateway.adminPort {
            metadata["admin"] = "\(ListenAddress(admin, port: port))"
        }
        logger.notice("listening", metadata: metadata)
        let signal = try await StopSignals.wait(on: gateway.firstLoop)
        logger.notice("stopping", metadata: ["signal": "\(signal)"])
        let leaks = await gateway.stop()
        if !leaks.isEmpty { logger.error("handles were never closed", metadata: ["handles": "\(leaks)"]) }
    }

    /// - Returns: nil when nothing is written at all: stores in memory and all keys configured.
    private static func dataDirectory(_ settings: Settings, logger: Logger) throws(StartFault) -> DataDirectory? {
        let keepsStores = settings.store == .sqlite
        guard keepsStores || settings.tokenKeys.isEmpty || settings.dataKeys.isEmpty else { return nil }
        return try DataDirectory(at: settings.dataDirectory, exclusively: keepsStores, logger: logger)
    }
}
