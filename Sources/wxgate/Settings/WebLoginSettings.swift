import WeChat

/// The part of the configuration that is about web logins by scanning, and about browsers.
struct WebLoginSettings: Sendable {
    /// Where the app has none of its own.
    let site: String?
    /// Without a scan.
    let ticketTTLSeconds: Int
    /// Where the app has none of its own.
    let page: String
    let environment: UnlimitedCodeParameters.Environment
    /// Of each app; 0: none.
    let poolSize: Int
    let refusedLaunchScenes: Set<Int>
    let allowsLinks: Bool
    let setsCookie: Bool
    let returnOrigins: [PageOrigin]
    let corsOrigins: [PageOrigin]
    /// At once; 0: no limit.
    let pollsPerAddress: Int
    /// A minute; 0: no limit.
    let wrongScenesPerUser: Int
    /// A minute; 0: no limit.
    let ticketsPerAddress: Int

    /// Reads the variables in the order of the table.
    init(_ reader: inout SettingsReader, apps: [AppSettings]) {
        site = reader.readSite(of: apps)
        ticketTTLSeconds = reader.read(
            .qrTTL,
            as: .number(1...3600, "seconds, an hour at most; a code on a screen can be scanned by others as long")
        )
        page = reader.read(.qrPage, as: .qrPage)
        environment = reader.read(.qrEnvironment, as: .qrEnvironment)
        poolSize = reader.read(.qrPool, as: .number(0...1000, "of each app; WeChat makes 5000 in a minute at most"))
        refusedLaunchScenes = reader.readRefusedLaunchScenes()
        allowsLinks = reader.read(.qrLink, as: .onOff)
        setsCookie = reader.read(.webCookie, as: .onOff)
        returnOrigins = reader.readIfSet(.returnOrigins, as: .pageOrigins) ?? []
        corsOrigins = reader.readIfSet(.corsOrigins, as: .pageOrigins) ?? []
        pollsPerAddress = reader.read(.qrPollsPerIP, as: .number(0...1_000_000, "at once, 0: off"))
        let aMinute = SettingFormat.number(0...1_000_000, "a minute, 0: off")
        wrongScenesPerUser = reader.read(.scansPerUser, as: aMinute)
        ticketsPerAddress = reader.read(.qrPerIP, as: aMinute)
    }
}

extension SettingsReader {
    /// The name of the website. Without any, a user who is tricked into a scan has less to tell it by.
    mutating func readSite(of apps: [AppSettings]) -> String? {
        let site = readIfSet(.site, as: .site)
        let nameless = apps.filter { $0.site == nil }.map(\.appID)
        if !isSet(.site), !nameless.isEmpty {
            addWarning(
                "WXGATE_SITE is not set: who confirms a web login of \(nameless.joined(separator: ", "))"
                    + " is not told to which site"
            )
        }
        return site
    }

    /// The launch scenes; none when the variable is set to nothing.
    mutating func readRefusedLaunchScenes() -> Set<Int> {
        guard !isEmptyButSet(.qrRefusedScenes) else {
            addEffective(EffectiveSetting(SettingVariable.qrRefusedScenes.name, value: "", isDefault: false))
            return []
        }
        return read(.qrRefusedScenes, as: .launchScenes)
    }
}
