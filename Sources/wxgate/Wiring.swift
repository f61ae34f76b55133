import ArgumentParser
import Gateway
import HTTP
import HTTPServer
import Logging
import OpenSSL
import UV

/// Puts the parts of the gateway together and runs them until it is told to stop.
enum Wiring {
    /// EX_UNAVAILABLE of sysexits.h: the address is taken or cannot be used.
    private static let unavailableExitCode = ExitCode(69)

    static func run(_ settings: Settings, logger: Logger) async throws {
        var configuration = try GatewayConfiguration(settings)
        configuration.connectionsMax = DescriptorLimit.raise(for: settings.connectionsMax, logger: logger)
        let gateway: RunningGateway
        do {
            gateway = try await RunningGateway.start(configuration, logger: logger)
        } catch let error as ListenError {
            logger.critical("cannot listen", metadata: ["address": "\(error.address)", "reason": "\(error.reason)"])
            throw unavailableExitCode
        }
        let address = "\(ListenAddress(settings.listen, port: gateway.port))"
        logger.notice(
            "listening",
            metadata: ["address": "\(address)", "loops": "\(settings.loops)", "version": "\(Version.current)"]
        )
        let signal = try await StopSignals.wait(on: gateway.firstLoop)
        logger.notice("stopping", metadata: ["signal": "\(signal)"])
        let leaks = await gateway.stop()
        if !leaks.isEmpty { logger.error("handles were never closed", metadata: ["handles": "\(leaks)"]) }
        logger.notice("stopped")
    }
}

extension GatewayConfiguration {
    /// What the settings say, in the terms of the gateway.
    init(_ settings: Settings) throws {
        let keys = try settings.tokenKeys.map { try SigningKey($0.bytes) }
        // Without a key file a key lives as long as the process, and so do the sessions that it signs.
        self.init(
            tokenKeys: keys.isEmpty ? [try SigningKey(SecureRandom.generate(SigningKey.byteCountMin))] : keys,
            dataKeys: [try DataKey.generate()]
        )
        loops = settings.loops
        server.host = settings.listen.host
        server.port = settings.listen.port
        server.limits.headBytesMax = settings.headBytesMax
        server.limits.bodyBytesMax = settings.bodyBytesMax
        server.headTimeoutMilliseconds = UInt64(settings.headerTimeoutMilliseconds)
        server.bodyTimeoutMilliseconds = UInt64(settings.bodyTimeoutMilliseconds)
        server.idleTimeoutMilliseconds = UInt64(settings.idleTimeoutMilliseconds)
        connectionsMax = settings.connectionsMax
        apps = settings.apps.compactMap(App.init)
        upstream.bases = settings.upstreamBases.map { "\($0)" }
        upstream.caFile = settings.upstreamCAFile
        upstream.timeoutMilliseconds = UInt64(settings.upstreamTimeoutMilliseconds)
        upstream.connectionsMax = settings.upstreamConnectionsMax
        upstream.inflightMax = settings.upstreamInflightMax
        codeReplayMilliseconds = Int64(settings.codeReplayMilliseconds)
        sessions.lifetime = Int64(settings.sessionTTLSeconds)
        sessions.limits = [.mini: settings.sessionLimits.mini, .web: settings.sessionLimits.web]
        trustedProxies = settings.trustedProxies
        drainMilliseconds = UInt64(settings.drainTimeoutMilliseconds)
    }
}
