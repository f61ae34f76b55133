import Testing
import WeChat

@testable import Gateway

@Suite struct QRPollReplyTests {
    private static let profile = UserProfile(nickName: "a\n\"b\"", avatarURL: nil)

    private static func text(_ answer: QRPollAnswer) -> String? {
        QRPollReply.json(answer).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [(0, 0), (1, 1), (999, 1), (1_000, 1), (1_001, 2), (-1, 0)] as [(Int64, Int)])
    func `what is left is told in whole seconds, rounded up`(milliseconds: Int64, seconds: Int) {
        let answer = QRPollAnswer.status(.pending, remainingMilliseconds: milliseconds, profile: nil)
        #expect(Self.text(answer) == #"{"status":"pending","expires_in":\#(seconds)}"#)
    }

    @Test(arguments: QRStatus.allCases) func `the profile comes with a scan, and nothing is left of what has ended`(
        status: QRStatus
    ) {
        let answer = QRPollAnswer.status(status, remainingMilliseconds: 5_000, profile: Self.profile)
        let hasProfile = status == .scanned || status == .confirmed
        let info = hasProfile ? #","userInfo":{"nickName":"a\u000a\"b\"","avatarUrl":""}"# : ""
        let left = [.cancelled, .expired, .claimed].contains(status) ? 0 : 5
        #expect(Self.text(answer) == #"{"status":"\#(status.rawValue)","expires_in":\#(left)\#(info)}"#)
    }

    @Test func `a login is in the reply as it is, and an event is one line of data`() {
        let reply = Array(#"{"token":"t"}"#.utf8)
        let login = ClaimedLogin(token: BearerToken("t"), expiresIn: 1, reply: reply)
        let answer = QRPollAnswer.login(login, remainingMilliseconds: 1)
        #expect(Self.text(answer) == #"{"status":"confirmed","expires_in":1,"login":{"token":"t"}}"#)
        let scan = QRPollAnswer.status(.scanned, remainingMilliseconds: 1, profile: Self.profile)
        let event = QRPollReply.event(scan).map { String(decoding: $0, as: UTF8.self) }
        #expect(event == Self.text(scan).map { "event: status\ndata: \($0)\n\n" })
        #expect(event?.filter { $0 == "\n" }.count == 3)
    }

    @Test func `of a claim under way there is nothing to tell`() {
        #expect(QRPollReply.json(.claiming(remainingMilliseconds: 1)) == nil)
        #expect(QRPollReply.event(.claiming(remainingMilliseconds: 1)) == nil)
    }
}
