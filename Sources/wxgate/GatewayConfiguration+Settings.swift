import Gateway
import HTTP
import HTTPServer

extension GatewayConfiguration {
    /// What the settings say, in the terms of the gateway.
    init(_ settings: Settings, keys: GatewayKeys) {
        self.init(tokenKeys: keys.tokens, dataKeys: keys.data)
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
        sessions.maxAge = Int64(settings.sessionMaxAgeSeconds)
        sessions.limits = [.mini: settings.sessionLimits.mini, .web: settings.sessionLimits.web]
        trustedProxies = settings.trustedProxies
        drainMilliseconds = UInt64(settings.drainTimeoutMilliseconds)
    }
}
