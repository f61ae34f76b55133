import WeChatSimulator

/// Codes that are made up here. The simulator that accepts any code derives the user from it by the same rule.
final class DerivedCodes: CodeSource {
    let areUsersNew = true

    private let appid: String
    private let prefix: String
    /// 0: each code is a user of its own.
    private let users: Int
    private var drawn = 0
    /// What was derived already, by user.
    private var openids: [[UInt8]?]

    /// - Parameter runID: letters and digits that no other run has.
    init(appid: String, runID: String, users: Int = 0) {
        self.appid = appid
        prefix = "0\(runID)"
        self.users = users
        openids = Array(repeating: nil, count: users)
    }

    func draw(into bytes: inout [UInt8]) -> CodeDraw {
        let number = drawn
        drawn += 1
        append(number, to: &bytes)
        return .code(number)
    }

    func openid(of number: Int) -> [UInt8]? {
        if users > 0, let known = openids[number % users] { return known }
        var code: [UInt8] = []
        append(number, to: &code)
        let openid = Array(DerivedIdentity(appid: appid, code: String(decoding: code, as: UTF8.self)).openid.utf8)
        if users > 0 { openids[number % users] = openid }
        return openid
    }

    func user(of number: Int) -> Int? { users > 0 ? number % users : nil }

    /// A code of a certain user that was not drawn yet.
    func draw(of user: Int, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix.utf8)
        bytes.append(contentsOf: "u\(user).x\(drawn)".utf8)
        drawn += 1
    }

    private func append(_ number: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix.utf8)
        if users > 0 {
            bytes.append(contentsOf: "u\(number % users).\(number / users)".utf8)
        } else {
            bytes.append(UInt8(ascii: "-"))
            bytes.append(contentsOf: String(number).utf8)
        }
    }
}
