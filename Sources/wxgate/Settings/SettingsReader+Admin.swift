import HTTPServer
import OpenSSL

/// The variables of the operator's listener.
extension SettingsReader {
    /// The address; nil for none, which is what an empty value means here and nowhere else.
    mutating func readAdminListen(besides listen: ListenAddress) -> ListenAddress? {
        guard !isEmptyButSet(.adminListen) else {
            addEffective(EffectiveSetting(SettingVariable.adminListen.name, value: "", isDefault: false))
            return nil
        }
        let format = SettingFormat(
            allowed: "another address:port than WXGATE_LISTEN, such as 127.0.0.1:9090, or nothing for no listener"
        ) { text throws(SettingFault) in
            let address = try ListenAddress(text)
            // Both would be bound, since loops share ports, and each connection would come to either.
            guard !address.overlaps(listen) else { throw SettingFault("the same address as WXGATE_LISTEN") }
            return address
        }
        guard let address = readIfSet(.adminListen, as: format, whenUnset: standard(.adminListen)) else {
            return standardAdminListen(besides: listen)
        }
        if !address.isLoopback {
            addWarning(
                "WXGATE_ADMIN_LISTEN: \(address) is plain HTTP off this machine: keys cross the network readable"
            )
        }
        return address
    }

    /// Whether WXGATE_LISTEN has been moved onto the default address of this one.
    private mutating func standardAdminListen(besides listen: ListenAddress) -> ListenAddress? {
        guard text(of: .adminListen) == nil else { return nil }
        guard let address = try? ListenAddress(standard(.adminListen)) else { return nil }
        if address.overlaps(listen) {
            addMistake(
                SettingVariable.adminListen.name,
                value: nil,
                "not set, but its default \(address) is the same address as WXGATE_LISTEN",
                allowed: "another address:port, or nothing for no listener"
            )
        }
        return address
    }

    private func standard(_ variable: SettingVariable) -> String {
        if case .text(let text) = variable.standard { text } else { "" }
    }

    mutating func readAdminKeysFile() -> [AdminKeySettings] {
        let variable = SettingVariable.adminKeysFile.name
        guard let path = text(of: .adminKeysFile) else {
            addEffective(EffectiveSetting(variable, value: "", isDefault: true))
            return []
        }
        let allowed = AdminKeysFile.allowed
        do throws(SettingFault) {
            let (keys, faults) = AdminKeysFile.parse(try SettingFile.read(path))
            for fault in faults { addMistake(variable, value: ShownValue.ofPath(path), fault, allowed: allowed) }
            addEffective(EffectiveSetting(variable, value: path, isDefault: false))
            return keys
        } catch {
            addMistake(
                variable,
                value: ShownValue.ofPath(path),
                error.detail,
                allowed: "a readable file, \(allowed)"
            )
            return []
        }
    }

    /// What is wrong or strange only in view of other variables.
    mutating func checkAdminKeys(
        _ keys: [AdminKeySettings],
        and single: SecretText?,
        listen: ListenAddress?,
        apps: [AppSettings]
    ) {
        if listen == nil, single != nil || !keys.isEmpty {
            addWarning("WXGATE_ADMIN_LISTEN is empty: nobody can use the configured operators' keys")
        }
        if let single {
            let bytes = Array(single.exposed.utf8)
            // A library that cannot hash fails the start a moment later, with its reason.
            let digest = try? Digest.sha256(bytes.span)
            for key in keys where key.digest == digest {
                addMistake(
                    SettingVariable.adminKeysFile.name,
                    value: nil,
                    "key \(ShownValue.quoted(key.name)) is the one of WXGATE_ADMIN_KEY",
                    allowed: "each key once"
                )
            }
        }
        let known = Set(apps.map(\.appID))
        for key in keys {
            for appID in key.appIDs ?? [] where !known.contains(appID) {
                addWarning("WXGATE_ADMIN_KEYS_FILE: key \(ShownValue.quoted(key.name)): \(appID) is not configured")
            }
        }
    }
}
