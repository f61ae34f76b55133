import FoundationEssentials
import Gateway
import OpenSSL

/// The file of `WXGATE_ADMIN_KEYS_FILE`: `[{"name","sha256","scopes":[…],"appids":[…]}]`, the last optional.
enum AdminKeysFile {
    /// A key a service; the presented one is compared with all.
    static let keysMax = 256

    static let allowed =
        #"JSON [{"name":"…","sha256":"…","scopes":["…"],"appids":["wx…"]}], the last optional; scopes: "#
        + AdminScope.allCases.map(\.rawValue).joined(separator: ", ")

    /// All keys, or all faults of the file, each naming the key by its place.
    static func parse(_ text: String) -> (keys: [AdminKeySettings], faults: [String]) {
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            return ([], ["the file is not a JSON array"])
        }
        guard (1...keysMax).contains(entries.count) else {
            return ([], ["the file names \(entries.count) keys, not 1 to \(keysMax)"])
        }
        var names: Set<String> = []
        var digests: Set<[UInt8]> = []
        var faults: [String] = []
        for (index, entry) in entries.enumerated() {
            for fault in entry.faults { faults.append("key \(index + 1): \(fault)") }
            if let name = entry.name, !names.insert(name).inserted {
                faults.append("key \(index + 1): name \(ShownValue.quoted(name)) occurs twice")
            }
            if let digest = entry.digest, !digests.insert(digest).inserted {
                faults.append("key \(index + 1): the same sha256 as an earlier one")
            }
        }
        return (entries.compactMap(\.key), faults)
    }

    /// Decodes without ever throwing, so that one wrong entry does not hide the next one's mistakes.
    private struct Entry: Decodable {
        private(set) var name: String?
        private(set) var digest: [UInt8]?
        private(set) var key: AdminKeySettings?
        private(set) var faults: [String] = []

        init(from decoder: any Decoder) throws {
            var members = SettingMembers(from: decoder, known: ["name", "sha256", "scopes", "appids"])
            defer { faults = members.faults }
            guard members.isObject else { return }
            name = members.take("name", as: String.self, "a string", check: AdminKeysFile.checkName)
            digest = members.take("sha256", as: String.self, "a string", check: AdminKeysFile.checkDigest)
            let scopes = members.take("scopes", as: [String].self, "an array of strings") {
                texts throws(SettingFault) in try AdminKeysFile.checkScopes(texts)
            }
            // Null is refused here: whoever wrote it may have meant "none", and absent means "all".
            var appIDs: Set<String>?
            if members.contains("appids") {
                appIDs = members.take("appids", as: [String].self, "an array of strings") {
                    texts throws(SettingFault) in try AdminKeysFile.checkAppIDs(texts)
                }
            }
            guard members.faults.isEmpty, let name, let digest, let scopes else { return }
            key = AdminKeySettings(name: name, digest: digest, scopes: scopes, appIDs: appIDs)
        }
    }

    /// It stands in every log line about a use of the key.
    private static func checkName(_ text: String) throws(SettingFault) -> String {
        let isName =
            (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0))
            }
        guard isName else { throw SettingFault("not 1 to 64 of A-Za-z0-9._-") }
        guard text != SettingVariable.adminKey.name else { throw SettingFault("the name of another key") }
        return text
    }

    private static func checkDigest(_ text: String) throws(SettingFault) -> [UInt8] {
        guard let digest = Hex.decode(text), digest.count == 32 else { throw SettingFault("not 64 hex digits") }
        return digest
    }

    private static func checkScopes(_ texts: [String]) throws(SettingFault) -> Set<AdminScope> {
        guard !texts.isEmpty else { throw SettingFault("empty, so the key would open nothing") }
        var scopes: Set<AdminScope> = []
        for text in texts {
            guard let scope = AdminScope(rawValue: text) else {
                throw SettingFault("unknown scope \(ShownValue.quoted(text))")
            }
            guard scopes.insert(scope).inserted else { throw SettingFault("\(text) occurs twice") }
        }
        return scopes
    }

    private static func checkAppIDs(_ texts: [String]) throws(SettingFault) -> Set<String> {
        guard !texts.isEmpty else { throw SettingFault("empty, so the key would open nothing; leave it out for all") }
        var appIDs: Set<String> = []
        for text in texts {
            let appID = try AppSettings.checkAppID(text)
            guard appIDs.insert(appID).inserted else { throw SettingFault("\(appID) occurs twice") }
        }
        return appIDs
    }
}
