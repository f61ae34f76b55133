extension SettingVariable {
    static let listen = SettingVariable(
        "WXGATE_LISTEN",
        default: .text("127.0.0.1:8080"),
        "Public address; [::]:8080 for all, port 0 for any free one."
    )
    static let adminListen = SettingVariable(
        "WXGATE_ADMIN_LISTEN",
        default: .text("127.0.0.1:9090"),
        "Operator's address, plain HTTP; set to nothing: none."
    )
    static let adminKey = SettingVariable(
        "WXGATE_ADMIN_KEY",
        default: .described("none: calls that need a key answer 403"),
        echo: .never,
        hasFileForm: true,
        "One operator's key with every scope, at least 20 characters; _FILE: a file that holds it."
    )
    static let adminKeysFile = SettingVariable(
        "WXGATE_ADMIN_KEYS_FILE",
        default: .described("none"),
        #"Several: JSON [{"name","sha256","scopes":[…],"appids":[…]}]; sha256 of the key in hex; without appids: all."#
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
    static let upstreamClient = SettingVariable(
        "WXGATE_UPSTREAM_CLIENT",
        default: .text("native"),
        "What exchanges login codes: native (our own client) or curl (libcurl, which makes all other calls)."
    )
    static let codeReplay = SettingVariable(
        "WXGATE_CODE_REPLAY_MS",
        default: .text("10000"),
        "How long the same client's repeat of a login gets the same reply; 0: never."
    )
    static let dataDirectory = SettingVariable(
        "WXGATE_DATA_DIR",
        default: .text("./wxgate-data"),
        "Where users, sessions and generated keys lie; made with mode 0700; one process at a time."
    )
    static let store = SettingVariable(
        "WXGATE_STORE",
        default: .text("sqlite"),
        "Where users are kept: sqlite (in the data directory) or memory (a restart forgets all; only keys are written)."
    )
    static let sessionStore = SettingVariable(
        "WXGATE_SESSION_STORE",
        default: .text("embedded"),
        "Where sessions are kept: embedded, which is where WXGATE_STORE says."
    )
    static let sessionTTL = SettingVariable(
        "WXGATE_SESSION_TTL",
        default: .text("604800"),
        "Seconds that a session lives, unless it is refreshed."
    )
    static let sessionMaxAge = SettingVariable(
        "WXGATE_SESSION_MAX_AGE",
        default: .text("2592000"),
        "Seconds after a login beyond which its session is not refreshed."
    )
    static let sessionsPerUser = SettingVariable(
        "WXGATE_SESSIONS_PER_USER",
        default: .text("1"),
        "Sessions of one user in a channel; mini=1,web=5 sets them apart; 0: unlimited."
    )
    static let tokenAlgorithm = SettingVariable(
        "WXGATE_TOKEN_ALG",
        default: .text("HS256"),
        "How tokens are signed: HS256, ES256 or EdDSA."
    )
    static let tokenKeyFile = SettingVariable(
        "WXGATE_TOKEN_KEY_FILE",
        default: .described("made in the data directory"),
        "Keys that sign tokens, newest first. HS256: a line of base64 each, at least 32 bytes; else PEM."
    )
    static let dataKey = SettingVariable(
        "WXGATE_DATA_KEY",
        default: .described("made in the data directory"),
        echo: .never,
        hasFileForm: true,
        "Encrypts what is secret at rest: base64 of 32 bytes, several lines newest first; _FILE: a file that holds it."
    )
    static let accessTokenMode = SettingVariable(
        "WXGATE_ACCESS_TOKEN_MODE",
        default: .text("stable"),
        "Which of WeChat's access_tokens is kept: stable (/cgi-bin/stable_token) or legacy (/cgi-bin/token)."
    )
    static let accessTokenAhead = SettingVariable(
        "WXGATE_ACCESS_TOKEN_AHEAD",
        default: .text("600"),
        "Seconds before its end at which the access_token is renewed; WeChat gives a new stable one in the last 300."
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
}
