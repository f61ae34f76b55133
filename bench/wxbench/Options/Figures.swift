/// Numbers as people read them.
enum Figures {
    /// At most so many digits behind the point, without zeros at the end.
    static func short(_ number: Double, digits: Int = 3) -> String {
        guard number.isFinite else { return "-" }
        let factor = tens(digits)
        var text = fixed((number * factor).rounded() / factor, digits: digits)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    /// Exactly so many digits behind the point.
    static func fixed(_ number: Double, digits: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "-" }
        let scaled = Int64((abs(number) * tens(digits)).rounded())
        let factor = Int64(tens(digits))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % factor)
        return "\(sign)\(scaled / factor).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// Three digits that count: `0.123`, `12.3`, `1234`.
    static func significant(_ number: Double) -> String {
        switch abs(number) {
        case ..<0.9995: fixed(number, digits: 3)
        case ..<9.995: fixed(number, digits: 2)
        case ..<99.95: fixed(number, digits: 1)
        default: fixed(number, digits: 0)
        }
    }

    /// `12,345`.
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// `12.3 MiB`.
    static func bytes(_ count: Double) -> String {
        switch abs(count) {
        case ..<1024: "\(fixed(count, digits: 0)) B"
        case ..<1_048_576: "\(significant(count / 1024)) KiB"
        case ..<1_073_741_824: "\(significant(count / 1_048_576)) MiB"
        default: "\(significant(count / 1_073_741_824)) GiB"
        }
    }

    private static func tens(_ digits: Int) -> Double {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        return factor
    }
}
