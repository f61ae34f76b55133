extension SettingVariable {
    /// Every variable that has an effect, in the order in which people read about them.
    static let supported: [SettingVariable] = [
        listen, adminListen, adminKey, adminKeysFile, loops, appID, secret, appsFile, wechatURLs, wechatCAFile,
        upstreamTimeout, upstreamConnections, upstreamInflight, upstreamClient, codeReplay, dataDirectory, store,
        sessionStore,
        sessionTTL, sessionMaxAge, sessionsPerUser, tokenAlgorithm, tokenKeyFile, dataKey, accessTokenMode,
        accessTokenAhead, site, qrTTL, qrPage, qrEnvironment, qrPool, qrRefusedScenes, qrLink, webCookie, returnOrigins,
        corsOrigins, qrPollsPerIP, scansPerUser, qrPerIP, trustedProxies, maxConnections, maxBody, maxHeaders,
        headerTimeout, bodyTimeout, idleTimeout, drainTimeout, logLevel, logFormat,
    ]

    /// Names that later versions give a meaning, so that somebody who sets one learns that it does nothing yet.
    static let later: [SettingVariable] =
        ["WXGATE_TLS_CERT", "WXGATE_TLS_KEY", "WXGATE_ADMIN_TLS_CERT", "WXGATE_ADMIN_TLS_KEY"].map { name in
            SettingVariable(name, default: .described("none"), support: .refused(insteadOf: insteadOfTLS), "PEM file.")
        }
        + ["WXGATE_RATE_LOGIN_PER_IP", "WXGATE_RATE_BAD_CODES_PER_IP"].map {
            SettingVariable($0, default: .described("none"), support: .later, "")
        }

    static let all = supported + later

    private static let insteadOfTLS =
        "plain HTTP would be served instead: unset it and end TLS in a proxy before wxgate"
}
