/// Text in HTML.
enum Markup {
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A table; the first row is its head, and the first column is of text.
    static func table(_ rows: [[String]]) -> String {
        var html = "<table>\n"
        for (index, row) in rows.enumerated() {
            let cell = index == 0 ? "th" : "td"
            html += "<tr>" + row.map { "<\(cell)>\(escape($0))</\(cell)>" }.joined() + "</tr>\n"
        }
        return html + "</table>\n"
    }
}
