extension SettingVariable {
    static let listen = SettingVariable(
        "WXGATE_LISTEN",
        default: .text("127.0.0.1:8080"),
        "Public address; [::]:8080 for all, port 0 for any free one."
    )
    static let loops = SettingVariable(
        "WXGATE_LOOPS",
        default: .described("number of cores"),
        "Event-loop threads, 1 to 256."
    )
    static let appID = SettingVariable(
        "WXGATE_APPID",
        default: .required("unless WXGATE_APPS_FILE is set"),
        echo: .startingWith("wx"),
        "The mini-program's AppID."
    )
    static let secret = SettingVariable(
        "WXGATE_SECRET",
        default: .required("with WXGATE_APPID"),
        echo: .never,
        hasFileForm: true,
        "The mini-program's AppSecret; _FILE: a file that holds it."
    )
    static let appsFile = SettingVariable(
        "WXGATE_APPS_FILE",
        default: .described("none"),
        #"For several mini-programs: JSON [{"appid","secret","site","qr_page"}]."#
    )
    static let wechatURLs = SettingVariable(
        "WXGATE_WECHAT_URLS",
        default: .text("https://api.weixin.qq.com,https://api2.weixin.qq.com"),
        "Bases of WeChat's API in order of preference, separated by commas."
    )
    static let wechatCAFile = SettingVariable(
        "WXGATE_WECHAT_CA_FILE",
        default: .described("the system's"),
        "PEM file of the authorities that may sign WeChat's certificate."
    )
    static let upstreamTimeout = SettingVariable(
        "WXGATE_UPSTREAM_TIMEOUT_MS",
        default: .text("3000"),
        "One call to WeChat, connect included."
    )
    static let upstreamConnections = SettingVariable(
        "WXGATE_UPSTREAM_CONNECTIONS",
        default: .text("64"),
        "Connections to WeChat that each loop keeps open."
    )
    static let upstreamInflight = SettingVariable(
        "WXGATE_UPSTREAM_INFLIGHT",
        default: .text("1024"),
        "Calls to WeChat in flight on each loop; as many more wait, then clients get 503."
    )
    static let codeReplay = SettingVariable(
        "WXGATE_CODE_REPLAY_MS",
        default: .text("10000"),
        "How long the same client's repeat of a login gets the same reply; 0: never."
    )
    static let store = SettingVariable(
        "WXGATE_STORE",
        default: .text("memory"),
        "Where users are kept. This version: memory only."
    )
    static let sessionStore = SettingVariable(
        "WXGATE_SESSION_STORE",
        default: .text("memory"),
        "Where sessions are kept. This version: memory only, so a restart logs everybody out."
    )
    static let sessionTTL = SettingVariable(
        "WXGATE_SESSION_TTL",
        default: .text("604800"),
        "Seconds that a session lives."
    )
    static let sessionsPerUser = SettingVariable(
        "WXGATE_SESSIONS_PER_USER",
        default: .text("1"),
        "Sessions of one user in a channel; mini=1,web=5 sets them apart; 0: unlimited."
    )
    static let tokenAlgorithm = SettingVariable(
        "WXGATE_TOKEN_ALG",
        default: .text("HS256"),
        "How tokens are signed. This version: HS256 only."
    )
    static let tokenKeyFile = SettingVariable(
        "WXGATE_TOKEN_KEY_FILE",
        default: .described("a key made at start and kept in memory"),
        "Keys that sign tokens, one base64 text of at least 32 bytes a line, newest first."
    )
    static let trustedProxies = SettingVariable(
        "WXGATE_TRUSTED_PROXIES",
        default: .described("none"),
        "Addresses or CIDR blocks, separated by commas, whose X-Forwarded-For and -Proto count."
    )
    static let maxConnections = SettingVariable(
        "WXGATE_MAX_CONNECTIONS",
        default: .text("100000"),
        "Client connections of the whole process."
    )
    static let maxBody = SettingVariable(
        "WXGATE_MAX_BODY",
        default: .text("65536"),
        "Bytes of a request body."
    )
    static let maxHeaders = SettingVariable(
        "WXGATE_MAX_HEADERS",
        default: .text("16384"),
        "Bytes of a request line and its headers."
    )
    static let headerTimeout = SettingVariable(
        "WXGATE_HEADER_TIMEOUT_MS",
        default: .text("10000"),
        "For the whole head of a request, from its first byte."
    )
    static let bodyTimeout = SettingVariable(
        "WXGATE_BODY_TIMEOUT_MS",
        default: .text("10000"),
        "For the whole body of a request, from its first byte."
    )
    static let idleTimeout = SettingVariable(
        "WXGATE_IDLE_TIMEOUT_MS",
        default: .text("75000"),
        "How long a connection may wait for its next request."
    )
    static let drainTimeout = SettingVariable(
        "WXGATE_DRAIN_TIMEOUT_MS",
        default: .text("15000"),
        "How long a stop by SIGTERM waits for requests that are being served."
    )
    static let tlsCertificate = SettingVariable(
        "WXGATE_TLS_CERT",
        default: .described("none"),
        support: .refused(
            insteadOf: "plain HTTP would be served instead: unset it and end TLS in a proxy before wxgate"
        ),
        "PEM file."
    )
    static let tlsKey = SettingVariable(
        "WXGATE_TLS_KEY",
        default: .described("none"),
        support: .refused(
            insteadOf: "plain HTTP would be served instead: unset it and end TLS in a proxy before wxgate"
        ),
        "PEM file."
    )
    static let logLevel = SettingVariable(
        "WXGATE_LOG_LEVEL",
        default: .text("info"),
        "trace, debug, info, notice, warning, error or critical."
    )
    static let logFormat = SettingVariable(
        "WXGATE_LOG_FORMAT",
        default: .described("text on a terminal, else json"),
        "text or json; the log goes to standard error."
    )

    /// Every variable that has an effect, in the order in which people read about them.
    static let supported: [SettingVariable] = [
        listen, loops, appID, secret, appsFile, wechatURLs, wechatCAFile, upstreamTimeout, upstreamConnections,
        upstreamInflight, codeReplay, store, sessionStore, sessionTTL, sessionsPerUser, tokenAlgorithm, tokenKeyFile,
        trustedProxies, maxConnections, maxBody, maxHeaders, headerTimeout, bodyTimeout, idleTimeout, drainTimeout,
        logLevel, logFormat,
    ]

    /// Names that later versions give a meaning, so that somebody who sets one learns that it does nothing yet.
    static let later: [SettingVariable] =
        [tlsCertificate, tlsKey]
        + ["WXGATE_ADMIN_KEY", "WXGATE_DATA_KEY"].map { name in
            SettingVariable(name, default: .described("none"), support: .later, echo: .never, hasFileForm: true, "")
        }
        + [
            "WXGATE_ADMIN_LISTEN", "WXGATE_ADMIN_KEYS_FILE", "WXGATE_ADMIN_TLS_CERT", "WXGATE_ADMIN_TLS_KEY",
            "WXGATE_SITE", "WXGATE_DATA_DIR", "WXGATE_SESSION_MAX_AGE", "WXGATE_ACCESS_TOKEN_MODE",
            "WXGATE_ACCESS_TOKEN_AHEAD", "WXGATE_QR_TTL", "WXGATE_QR_PAGE", "WXGATE_QR_ENV_VERSION", "WXGATE_QR_POOL",
            "WXGATE_QR_REFUSED_SCENES", "WXGATE_QR_LINK", "WXGATE_WEB_COOKIE", "WXGATE_RETURN_ORIGINS",
            "WXGATE_QR_POLLS_PER_IP", "WXGATE_RATE_SCANS_PER_USER", "WXGATE_RATE_LOGIN_PER_IP",
            "WXGATE_RATE_QR_PER_IP", "WXGATE_RATE_BAD_CODES_PER_IP", "WXGATE_CORS_ORIGINS",
        ].map { SettingVariable($0, default: .described("none"), support: .later, "") }

    static let all = supported + later
}
