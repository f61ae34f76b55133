/// What `--help` and `--check-config` print about settings.
enum SettingsText {
    /// Fits a terminal of 80 columns with room for the indent.
    private static let columns = 78

    /// Every variable with its default and meaning.
    static var help: String {
        var lines = [
            "wxgate is configured by environment variables only:", "",
        ]
        for variable in SettingVariable.supported {
            let names = variable.hasFileForm ? "\(variable.name), \(variable.fileName)" : variable.name
            let standard =
                switch variable.standard {
                case .text(let text), .described(let text): "default: \(text)"
                case .required(let condition): "required \(condition)"
                }
            lines += wrapped("\(names) (\(standard))", indent: 2, hanging: 6)
            lines += wrapped(variable.meaning, indent: 6, hanging: 6)
        }
        let later = SettingVariable.later.map(\.name).joined(separator: ", ")
        lines += ["", "Known, but not supported by this version:"]
        lines += wrapped(later, indent: 2, hanging: 2)
        lines += ["", "Exit status:"]
        lines += wrapped(
            "0 after a clean stop, 1: --doctor found a fault, 64: a wrong option, 69: an address is taken, 75: another process uses the data"
                + " directory, 78: a wrong setting, or a data directory, key or store that cannot be used.",
            indent: 2,
            hanging: 2
        )
        return lines.joined(separator: "\n")
    }

    /// The configuration as it takes effect, in the form of an environment file; what is a default is a comment.
    static func effective(_ settings: Settings) -> String {
        var lines = settings.effective.map { setting in
            "\(setting.isDefault ? "# " : "")\(setting.name)=\(setting.value)"
        }
        for app in settings.apps {
            let site = app.site.map { ", site \(ShownValue.quoted($0))" } ?? ""
            let page = app.qrPage.map { ", qr_page \(ShownValue.quoted($0))" } ?? ""
            lines.append("# app \(app.appID), secret \(app.secret)\(site)\(page)")
        }
        return lines.joined(separator: "\n")
    }

    private static func wrapped(_ text: String, indent: Int, hanging: Int) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = String(repeating: " ", count: hanging)
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        lines.append(line)
        return lines
    }
}
