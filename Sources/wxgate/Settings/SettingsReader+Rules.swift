import HTTPServer

/// The variables whose rules need more than one value: other variables, files, or a word of warning.
extension SettingsReader {
    /// One app by WXGATE_APPID and its secret, or several by WXGATE_APPS_FILE: one of the two ways.
    mutating func readApps() -> [AppSettings] {
        let single = readSingleApp()
        guard let path = text(of: .appsFile) else {
            addEffective(EffectiveSetting(SettingVariable.appsFile.name, value: "", isDefault: true))
            return warnOfUnusualSecrets(single)
        }
        if isSet(.appID) || isSet(.secret) {
            addMistake(
                SettingVariable.appsFile.name,
                value: ShownValue.ofPath(path),
                "WXGATE_APPID or WXGATE_SECRET is set as well",
                allowed: "one app by those two or several by this file"
            )
        }
        let allowed = #"JSON [{"appid":"wx…","secret":"…","site":"…","qr_page":"…"}], the last two optional"#
        do throws(SettingFault) {
            let (apps, faults) = AppsFile.parse(try SettingFile.read(path))
            for fault in faults {
                addMistake(SettingVariable.appsFile.name, value: ShownValue.ofPath(path), fault, allowed: allowed)
            }
            addEffective(EffectiveSetting(SettingVariable.appsFile.name, value: path, isDefault: false))
            return warnOfUnusualSecrets(apps)
        } catch {
            addMistake(
                SettingVariable.appsFile.name,
                value: ShownValue.ofPath(path),
                error.detail,
                allowed: "a readable file, \(allowed)"
            )
            return []
        }
    }

    private mutating func readSingleApp() -> [AppSettings] {
        let appID = readIfSet(.appID, as: .appID)
        let secret = readIfSet(.secret, as: .appSecret)
        if let appID, let secret { return [AppSettings(appID: appID, secret: secret)] }
        switch (isSet(.appID), isSet(.secret), text(of: .appsFile) != nil) {
        case (false, false, false):
            addMistake(
                SettingVariable.appID.name,
                value: nil,
                "not set",
                allowed: "this and WXGATE_SECRET for one app, or WXGATE_APPS_FILE for several"
            )
        case (true, false, false):
            addMistake(
                SettingVariable.secret.name,
                value: nil,
                "not set, but WXGATE_APPID is",
                allowed: "the app's secret here or the path of a file with it in WXGATE_SECRET_FILE"
            )
        case (false, true, false):
            addMistake(
                SettingVariable.appID.name,
                value: nil,
                "not set, but the secret is",
                allowed: SettingFormat.appID.allowed
            )
        default: break
        }
        return []
    }

    private mutating func warnOfUnusualSecrets(_ apps: [AppSettings]) -> [AppSettings] {
        for app in apps where !app.hasUsualSecret {
            addWarning("the secret of \(app.appID) is not 32 hex digits in lower case as WeChat's are")
        }
        return apps
    }

    mutating func readUpstreamBases() -> [UpstreamBase] {
        let bases = read(.wechatURLs, as: .upstreamBases)
        for base in bases where base.isPlainHTTP && !base.isLoopback {
            addWarning("WXGATE_WECHAT_URLS: \(base) carries the app secret over the network without encryption")
        }
        return bases
    }

    mutating func readTrustedProxies() -> [AddressRange] {
        let ranges = readIfSet(.trustedProxies, as: .addressRanges) ?? []
        for range in ranges where range.holdsWholeFamily {
            addWarning("WXGATE_TRUSTED_PROXIES: \(range) lets every client choose the address that it is known by")
        }
        return ranges
    }
}
