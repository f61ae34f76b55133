import Gateway
import HTTPClient
import HTTPServer
import Logging

/// The validated configuration of one gateway process.
struct Settings: Sendable {
    /// What defaults depend on.
    struct Host: Sendable {
        let cores: Int
        /// Whether people read the log as it is written.
        let logsToTerminal: Bool
    }

    let listen: ListenAddress
    /// Nil: no listener for operators.
    let adminListen: ListenAddress?
    /// Has every scope.
    let adminKey: SecretText?
    let adminKeys: [AdminKeySettings]
    /// Event-loop threads.
    let loops: Int
    /// At least one, each appid once.
    let apps: [AppSettings]

    /// In order of preference, at least one.
    let upstreamBases: [UpstreamBase]
    /// Nil: the system's authorities.
    let upstreamCAFile: String?
    /// One call, connect included.
    let upstreamTimeoutMilliseconds: Int
    /// Kept open by each loop.
    let upstreamConnectionsMax: Int
    /// On each loop; as many more wait.
    let upstreamInflightMax: Int
    /// What exchanges codes.
    let upstreamClient: UpstreamClientKind

    /// 0: no replay.
    let codeReplayMilliseconds: Int
    /// Of the embedded store and generated keys.
    let dataDirectory: String
    let store: StoreKind
    let sessionTTLSeconds: Int
    /// After a login.
    let sessionMaxAgeSeconds: Int
    let sessionLimits: SessionLimits
    let tokenAlgorithm: TokenAlgorithm
    /// Newest first. Empty: none configured, so one is made in the data directory.
    let tokenKeys: [SigningKey]
    /// Newest first. Empty: none configured, so one is made in the data directory.
    let dataKeys: [DataKey]

    let accessTokenMode: AccessTokenMode
    /// Before the end of an access_token.
    let accessTokenAheadSeconds: Int
    let web: WebLoginSettings

    let trustedProxies: [AddressRange]
    /// Of the whole process.
    let connectionsMax: Int
    let bodyBytesMax: Int
    let headBytesMax: Int
    let headerTimeoutMilliseconds: Int
    let bodyTimeoutMilliseconds: Int
    let idleTimeoutMilliseconds: Int
    let drainTimeoutMilliseconds: Int

    let logLevel: Logger.Level
    let logFormat: LogFormat

    /// For the operator, a line each, without secrets.
    let warnings: [String]
    /// Each variable as it came out, in the order of the table, secrets masked.
    let effective: [EffectiveSetting]

    /// Reads and checks everything, and touches nothing but the files that the variables name.
    init(environment: [String: String], host: Host) throws(SettingsError) {
        var reader = SettingsReader(environment: environment)
        listen = reader.read(.listen, as: .listenAddress)
        adminListen = reader.readAdminListen(besides: listen)
        adminKey = reader.readIfSet(.adminKey, as: .adminKey)
        adminKeys = reader.readAdminKeysFile()
        loops = reader.read(
            .loops,
            as: .number(1...256, "threads; more than cores gain nothing"),
            default: min(max(host.cores, 1), 256)
        )
        apps = reader.readApps()
        reader.checkAdminKeys(adminKeys, and: adminKey, listen: adminListen, apps: apps)

        upstreamBases = reader.readUpstreamBases()
        upstreamCAFile = reader.readIfSet(.wechatCAFile, as: .certificateFile)
        upstreamTimeoutMilliseconds = reader.read(
            .upstreamTimeout,
            as: .number(100...60_000, "milliseconds; a phone gives up after 60 s")
        )
        upstreamConnectionsMax = reader.read(
            .upstreamConnections,
            as: .number(1...4096, "a loop; each is a descriptor and a TLS session")
        )
        upstreamInflightMax = reader.read(
            .upstreamInflight,
            as: .number(1...65_536, "a loop; each may open a connection of its own")
        )
        upstreamClient = reader.readUpstreamClient(bases: upstreamBases)

        codeReplayMilliseconds = reader.read(
            .codeReplay,
            as: .number(0...300_000, "milliseconds, 0: never; a code is dead after 5 minutes")
        )
        dataDirectory = reader.read(.dataDirectory, as: .dataDirectory)
        store = reader.read(.store, as: .store)
        reader.readSessionStore()
        sessionTTLSeconds = reader.read(
            .sessionTTL,
            as: .number(1...31_536_000, "seconds, a year at most; a stolen token works as long")
        )
        sessionMaxAgeSeconds = reader.readSessionMaxAge(lifetime: sessionTTLSeconds)
        sessionLimits = reader.read(.sessionsPerUser, as: .sessionLimits)
        tokenAlgorithm = reader.read(.tokenAlgorithm, as: .tokenAlgorithm)
        tokenKeys = reader.readTokenKeys(of: tokenAlgorithm)
        dataKeys = reader.readIfSet(.dataKey, as: .dataKeys) ?? []

        accessTokenMode = reader.read(.accessTokenMode, as: .accessTokenMode)
        accessTokenAheadSeconds = reader.read(
            .accessTokenAhead,
            as: .number(60...3600, "seconds; a token lives 7200 at most")
        )
        web = WebLoginSettings(&reader, apps: apps)

        trustedProxies = reader.readTrustedProxies()
        connectionsMax = reader.read(.maxConnections, as: .number(1...1_000_000, "each is a descriptor"))
        bodyBytesMax = reader.read(
            .maxBody,
            as: .number(1024...16_777_216, "bytes; each connection may hold as many in memory")
        )
        headBytesMax = reader.read(
            .maxHeaders,
            as: .number(1024...1_048_576, "bytes; each connection may hold as many in memory")
        )
        let timeout = SettingFormat.number(
            100...600_000,
            "milliseconds, 10 minutes at most; slow clients hold a connection"
        )
        headerTimeoutMilliseconds = reader.read(.headerTimeout, as: timeout)
        bodyTimeoutMilliseconds = reader.read(.bodyTimeout, as: timeout)
        idleTimeoutMilliseconds = reader.read(
            .idleTimeout,
            as: .number(100...3_600_000, "milliseconds, an hour at most; idle clients hold a connection")
        )
        drainTimeoutMilliseconds = reader.read(
            .drainTimeout,
            as: .number(0...600_000, "milliseconds, 10 minutes at most; 0: stop at once")
        )

        logLevel = reader.read(.logLevel, as: .logLevel)
        logFormat = reader.read(.logFormat, as: .logFormat, default: host.logsToTerminal ? .text : .json)

        reader.checkNames()
        warnings = reader.warnings
        effective = reader.effective
        guard reader.mistakes.isEmpty else {
            throw SettingsError(mistakes: reader.mistakes, warnings: reader.warnings)
        }
    }
}
