/// Whole numbers as people mean them: digits only, so that `10s`, `1e3`, ` 5`, `+5`, `0x10` and `1_000` are mistakes
/// instead of surprises.
enum DecimalNumber {
    /// Nil for anything but 1 to 18 digits; more would not fit.
    static func parse(_ text: some StringProtocol) -> Int? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
