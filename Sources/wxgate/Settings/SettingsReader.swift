import Configuration

/// Reads variables one by one and remembers every mistake instead of stopping at the first.
struct SettingsReader {
    private let environment: [String: String]
    private let config: ConfigReader
    private(set) var mistakes: [SettingMistake] = []
    private(set) var warnings: [String] = []
    /// What `--check-config` prints.
    private(set) var effective: [EffectiveSetting] = []

    init(environment: [String: String]) {
        self.environment = environment
        let secrets = Set(SettingVariable.all.filter(\.isSecret).map(\.name))
        config = ConfigReader(
            provider: EnvironmentVariablesProvider(
                environmentVariables: environment,
                secretsSpecifier: .specific(secrets)
            )
        )
    }

    /// A variable whose default is a text.
    ///
    /// After a mistake the default comes back, so that reading can go on; nobody uses these settings.
    mutating func read<Value>(_ variable: SettingVariable, as format: SettingFormat<Value>) -> Value {
        guard case .text(let text) = variable.standard, let standard = try? format.parse(text) else {
            preconditionFailure("the default of \(variable.name) is no value of it")
        }
        return read(variable, as: format, default: standard)
    }

    /// A variable whose default is found out at start.
    mutating func read<Value>(
        _ variable: SettingVariable,
        as format: SettingFormat<Value>,
        default standard: Value
    ) -> Value {
        readIfSet(variable, as: format, whenUnset: format.written(standard)) ?? standard
    }

    /// A variable without default: nil when it is not set, and after a mistake.
    mutating func readIfSet<Value>(
        _ variable: SettingVariable,
        as format: SettingFormat<Value>,
        whenUnset: String? = nil
    ) -> Value? {
        switch source(of: variable) {
        case .unset:
            effective.append(EffectiveSetting(variable.name, value: whenUnset ?? "", isDefault: true))
            return nil
        case .mistaken:
            return nil
        case .value(let text):
            let shown = ShownValue.of(variable, text)
            guard let value = parse(text, format, variable: variable.name, shown: shown) else { return nil }
            let written = variable.isSecret ? ShownValue.mask : format.written(value)
            effective.append(EffectiveSetting(variable.name, value: written, isDefault: false))
            return value
        case .file(let path, let text):
            let shown = ShownValue.quoted(path)
            guard let value = parse(text, format, variable: variable.fileName, shown: shown) else { return nil }
            effective.append(EffectiveSetting(variable.fileName, value: path, isDefault: false))
            return value
        }
    }

    /// Whether the variable or its file form has a value; an empty one counts as unset.
    func isSet(_ variable: SettingVariable) -> Bool {
        text(of: variable.name, isSecret: variable.isSecret) != nil
            || (variable.hasFileForm && text(of: variable.fileName, isSecret: false) != nil)
    }

    /// What else of the environment counts.
    var proxies: ProxyVariables { ProxyVariables(environment) }

    /// The raw text of a variable without file form.
    func text(of variable: SettingVariable) -> String? {
        text(of: variable.name, isSecret: variable.isSecret)
    }

    /// Whether the variable is set to nothing, for the one that means something by it.
    func isEmptyButSet(_ variable: SettingVariable) -> Bool { environment[variable.name]?.isEmpty == true }

    mutating func addMistake(_ variable: String, value: String?, _ fault: String, allowed: String? = nil) {
        mistakes.append(SettingMistake(variable: variable, value: value, fault: fault, allowed: allowed))
    }

    mutating func addWarning(_ text: String) {
        warnings.append(text)
    }

    mutating func addEffective(_ setting: EffectiveSetting) {
        effective.append(setting)
    }

    /// Names that begin like ours but mean nothing, and names that only a later version understands.
    mutating func checkNames() {
        let variables = SettingVariable.all
        let names = variables.flatMap { $0.hasFileForm ? [$0.name, $0.fileName] : [$0.name] }
        for name in environment.keys.sorted() where name.hasPrefix("WXGATE_") {
            guard let variable = variables.first(where: { $0.name == name || ($0.hasFileForm && $0.fileName == name) })
            else {
                let nearest = NearestName.of(name.uppercased(), among: names) ?? ""
                // Quoted for its control characters, but a name needs no quotes.
                let shown = ShownValue.quoted(name).dropFirst().dropLast()
                addWarning("\(shown): unknown variable, ignored; the nearest known name is \(nearest)")
                continue
            }
            guard let value = environment[name], !value.isEmpty else { continue }
            switch variable.support {
            case .now: break
            case .later: addWarning("\(name): not supported by this version yet, it has no effect")
            case .refused(let insteadOf):
                addMistake(name, value: ShownValue.ofPath(value), "not supported by this version yet; \(insteadOf)")
            }
        }
    }

    private enum Source {
        case unset
        case mistaken
        case value(String)
        case file(path: String, content: String)
    }

    private mutating func source(of variable: SettingVariable) -> Source {
        let plain = text(of: variable.name, isSecret: variable.isSecret)
        guard variable.hasFileForm, let path = text(of: variable.fileName, isSecret: false) else {
            return plain.map { .value($0) } ?? .unset
        }
        guard plain == nil else {
            addMistake(
                variable.name,
                value: ShownValue.mask,
                "\(variable.fileName) is set as well",
                allowed: "only one of the two"
            )
            return .mistaken
        }
        do throws(SettingFault) {
            let content = try SettingFile.readLine(path)
            guard !content.isEmpty else { throw SettingFault("the file is empty") }
            return .file(path: path, content: content)
        } catch {
            addMistake(
                variable.fileName,
                value: ShownValue.ofPath(path),
                error.detail,
                allowed: "a readable file that holds only the value"
            )
            return .mistaken
        }
    }

    private mutating func parse<Value>(
        _ text: String,
        _ format: SettingFormat<Value>,
        variable: String,
        shown: String
    ) -> Value? {
        do throws(SettingFault) {
            return try format.parse(text)
        } catch {
            addMistake(variable, value: shown, error.detail, allowed: format.allowed)
            return nil
        }
    }

    private func text(of name: String, isSecret: Bool) -> String? {
        let key = ConfigKey(name.split(separator: "_").map { $0.lowercased() })
        guard let text = config.string(forKey: key, isSecret: isSecret), !text.isEmpty else { return nil }
        return text
    }
}
