import ArgumentParser

/// A share of requests as people write it: `0.1%` or `0.001`.
struct ErrorShare: Equatable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    /// 0 to 1.
    let share: Double

    init?(argument text: String) {
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(digits)
        else { return nil }
        share = isPercent ? number / 100 : number
        guard (0...1).contains(share) else { return nil }
    }

    var description: String { "\(Figures.short(share * 100))%" }
}
