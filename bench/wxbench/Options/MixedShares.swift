import ArgumentParser

/// What a day's requests are, in parts of 100: `login=5,check=60,auth=30,refresh=4,qr=1`.
struct MixedShares: Equatable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    enum Act: String, CaseIterable, Sendable {
        case login, check, auth, refresh, qr
    }

    /// What mini-programs do all day is show their token.
    static let usual = MixedShares(parts: [5, 60, 30, 4, 1])

    /// In the order of ``Act``.
    private let parts: [Int]

    private init(parts: [Int]) { self.parts = parts }

    init?(argument text: String) {
        var parts = Array(repeating: 0, count: Act.allCases.count)
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = item.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let act = Act(rawValue: String(pair[0])), let part = Int(pair[1]), part >= 0,
                let place = Act.allCases.firstIndex(of: act)
            else { return nil }
            parts[place] = part
        }
        guard parts.reduce(0, +) == 100 else { return nil }
        self.parts = parts
    }

    /// What a number from 0 to 99 stands for.
    func act(_ number: Int) -> Act {
        var left = number
        for (act, part) in zip(Act.allCases, parts) {
            if left < part { return act }
            left -= part
        }
        return .check
    }

    var description: String {
        zip(Act.allCases, parts).map { "\($0.rawValue)=\($1)" }.joined(separator: ",")
    }

    var defaultValueDescription: String { description }
}
