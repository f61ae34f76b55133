import Gateway
import HTTP
import HTTPServer

extension GatewayConfiguration {
    /// What the settings say, in the terms of the gateway.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    init(_ settings: Settings, keys: GatewayKeys) throws {
        self.init(tokenKeys: keys.tokens, dataKeys: keys.data)
        version = Version.current
        loops = settings.loops
        server.host = settings.listen.host
        server.port = settings.listen.port
        server.limits.headBytesMax = settings.headBytesMax
        server.limits.bodyBytesMax = settings.bodyBytesMax
        server.headTimeoutMilliseconds = UInt64(settings.headerTimeoutMilliseconds)
        server.bodyTimeoutMilliseconds = UInt64(settings.bodyTimeoutMilliseconds)
        server.idleTimeoutMilliseconds = UInt64(settings.idleTimeoutMilliseconds)
        admin.host = settings.adminListen?.host
        admin.port = settings.adminListen?.port ?? 0
        admin.keys = try AdminKeys(settings)
        connectionsMax = settings.connectionsMax
        apps = settings.apps.compactMap(App.init)
        upstream.bases = settings.upstreamBases.map { "\($0)" }
        upstream.caFile = settings.upstreamCAFile
        upstream.timeoutMilliseconds = UInt64(settings.upstreamTimeoutMilliseconds)
        upstream.connectionsMax = settings.upstreamConnectionsMax
        upstream.inflightMax = settings.upstreamInflightMax
        upstream.exchangeClient = settings.upstreamClient
        accessTokens.mode = settings.accessTokenMode
        accessTokens.aheadSeconds = settings.accessTokenAheadSeconds
        qr = QRPolicy(settings.web)
        web = WebPolicy(settings.web)
        codeReplayMilliseconds = Int64(settings.codeReplayMilliseconds)
        sessions.lifetime = Int64(settings.sessionTTLSeconds)
        sessions.maxAge = Int64(settings.sessionMaxAgeSeconds)
        sessions.limits = [.mini: settings.sessionLimits.mini, .web: settings.sessionLimits.web]
        trustedProxies = settings.trustedProxies
        drainMilliseconds = UInt64(settings.drainTimeoutMilliseconds)
    }
}

extension QRPolicy {
    fileprivate init(_ settings: WebLoginSettings) {
        self.init()
        lifeMilliseconds = Int64(settings.ticketTTLSeconds) * 1000
        page = settings.page
        environment = settings.environment
        poolSize = settings.poolSize
        refusedLaunchScenes = settings.refusedLaunchScenes
        allowsLinks = settings.allowsLinks
        pollsPerAddress = settings.pollsPerAddress
        wrongScenesPerUser = settings.wrongScenesPerUser
        ticketsPerAddress = settings.ticketsPerAddress
    }
}

extension WebPolicy {
    fileprivate init(_ settings: WebLoginSettings) {
        self.init()
        origins = settings.corsOrigins.map(\.description)
        returnOrigins = settings.returnOrigins.map(\.description)
        setsCookie = settings.setsCookie
        site = settings.site
    }
}

extension AdminKeys {
    /// The one of `WXGATE_ADMIN_KEY`, which is known by that name, and those of the file.
    fileprivate init(_ settings: Settings) throws {
        var keys = settings.adminKeys.compactMap { key in
            AdminKey(name: key.name, sha256: key.digest, scopes: key.scopes, appIDs: key.appIDs)
        }
        if let key = settings.adminKey {
            keys.append(try AdminKey(name: SettingVariable.adminKey.name, key: key.exposed))
        }
        self.init(keys)
    }
}
