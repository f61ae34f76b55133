import FoundationEssentials

/// The file of `WXGATE_APPS_FILE`: `[{"appid","secret","site","qr_page"}]`, the last two optional.
enum AppsFile {
    /// Each app costs background work (its access_token, its pool of QR codes), so a longer list is a mistake.
    static let appsMax = 256

    /// All apps, or all faults of the file, each naming the app by its place and never showing a secret.
    static func parse(_ text: String) -> (apps: [AppSettings], faults: [String]) {
        // What the decoder says about malformed JSON is dropped: it may quote the file.
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            return ([], ["the file is not a JSON array"])
        }
        guard (1...appsMax).contains(entries.count) else {
            return ([], ["the file names \(entries.count) apps, not 1 to \(appsMax)"])
        }
        var seen: Set<String> = []
        var faults: [String] = []
        for (index, entry) in entries.enumerated() {
            for fault in entry.faults { faults.append("app \(index + 1): \(fault)") }
            if let app = entry.app, !seen.insert(app.appID).inserted {
                faults.append("app \(index + 1): appid \(app.appID) occurs twice")
            }
        }
        return (entries.compactMap(\.app), faults)
    }

    /// Decodes without ever throwing, so that one wrong entry does not hide the next one's mistakes.
    private struct Entry: Decodable {
        private(set) var app: AppSettings?
        private(set) var faults: [String] = []

        init(from decoder: any Decoder) throws {
            var members = SettingMembers(from: decoder, known: ["appid", "secret", "site", "qr_page"])
            defer { faults = members.faults }
            guard members.isObject else { return }
            let appID = text("appid", of: &members, isRequired: true) { text throws(SettingFault) in
                try AppSettings.checkAppID(text)
            }
            let secret = text("secret", of: &members, isRequired: true) { text throws(SettingFault) in
                try AppSettings.checkSecret(text)
            }
            let site = text("site", of: &members) { text throws(SettingFault) in
                try AppSettings.checkSite(text)
            }
            let page = text("qr_page", of: &members) { text throws(SettingFault) in
                try AppSettings.checkPage(text)
            }
            if let appID, let secret { app = AppSettings(appID: appID, secret: secret, site: site, qrPage: page) }
        }

        /// Null counts as absent, as generators of such files write it.
        private func text<Value>(
            _ name: String,
            of members: inout SettingMembers,
            isRequired: Bool = false,
            check: (String) throws(SettingFault) -> Value
        ) -> Value? {
            guard members.hasValue(name) || isRequired else { return nil }
            return members.take(name, as: String.self, "a string", nullIsMissing: true, check: check)
        }
    }
}
