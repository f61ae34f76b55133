/// Tells a run from all others, so that no code is sent twice.
enum RunIdentity {
    /// Eight letters and digits that nobody has used yet.
    static func make() -> String {
        let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
        return String(decoding: (0..<8).map { _ in alphabet.randomElement() ?? alphabet[0] }, as: UTF8.self)
    }
}
