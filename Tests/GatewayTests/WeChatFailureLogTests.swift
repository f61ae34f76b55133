import HTTPServer
import Logging
import Testing
import WeChat

@testable import Gateway

@Suite struct WeChatFailureLogTests {
    private let clock = ManualClock()
    private let recorder = LogRecorder()
    private let app: App
    private let request: RequestLog

    init() throws {
        app = try GatewaySamples.app("wx1")
        request = RequestLog(try GatewaySamples.request())
    }

    private func refused(_ errcode: Int, _ errmsg: String = "words") -> WeChatError {
        .refused(WeChatRefusal(errcode: errcode, errmsg: errmsg))
    }

    @Test func `what an operator must act on is an error once a minute, not once a request`() {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        func fail() { log.log(refused(40125), of: "code2Session", app: app, request) }
        for _ in 0..<100 { fail() }
        #expect(recorder.lines.count == 1)
        clock.advance(milliseconds: 59_999)
        fail()
        #expect(recorder.lines.count == 1)
        clock.advance(milliseconds: 1)
        fail()
        fail()
        #expect(recorder.lines.count == 2)
        #expect(recorder.lines.allSatisfy { $0.hasPrefix("error ") })
    }

    @Test func `each kind, each call and each app has a minute of its own`() throws {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        let other = try GatewaySamples.app("wx2")
        let kinds: [WeChatError] = [
            refused(40125), refused(40013), refused(-1), refused(45011), refused(12_345), .timeout, .overloaded,
            .connection(reason: "r"), .invalidReply(reason: "r"),
        ]
        for _ in 0..<3 {
            for error in kinds {
                log.log(error, of: "code2Session", app: app, request)
                log.log(error, of: "code2Session", app: other, request)
                log.log(error, of: "stable_token", app: app)
            }
        }
        #expect(recorder.lines.count == 3 * kinds.count)
    }

    @Test func `unexpected errcodes are one kind: WeChat cannot fill the log with numbers`() {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        for errcode in 10_000..<10_100 { log.log(refused(errcode), of: "code2Session", app: app, request) }
        #expect(recorder.lines.count == 1)
        #expect(recorder.lines.first?.hasPrefix("warning ") == true)
    }

    @Test(arguments: [40029, 40163, 40226]) func `a client's own failure is for debugging only, but each of them`(
        errcode: Int
    ) {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        for _ in 0..<3 { log.log(refused(errcode), of: "code2Session", app: app, request) }
        #expect(recorder.lines.count == 3)
        #expect(recorder.lines.allSatisfy { $0.hasPrefix("debug ") })
        let quiet = LogRecorder()
        let silent = WeChatFailureLog(logger: quiet.logger(level: .info), clock: clock.wall)
        silent.log(refused(errcode), of: "code2Session", app: app, request)
        #expect(quiet.lines.isEmpty)
    }

    @Test func `a line that the level swallows does not use up the minute`() {
        let quiet = WeChatFailureLog(logger: recorder.logger(level: .critical), clock: clock.wall)
        quiet.log(refused(40125), of: "code2Session", app: app, request)
        #expect(recorder.lines.isEmpty)
    }

    @Test func `a line names app, api, request and WeChat's request id`() {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        log.log(
            refused(40164, "invalid ip 1.2.3.4, not in whitelist, rid: 65f1a2b3-01234567-89abcdef"),
            of: "code2Session",
            app: app,
            request
        )
        let line = recorder.lines.first ?? ""
        for part in [
            "api=code2Session", "appid=wx1", "request_id=request-1", "rid=65f1a2b3-01234567-89abcdef", "1.2.3.4",
        ] {
            #expect(line.contains(part), "\(part)")
        }
    }

    @Test func `a clock that is set back does not silence the log`() {
        let log = WeChatFailureLog(logger: recorder.logger(), clock: clock.wall)
        log.log(refused(40125), of: "code2Session", app: app, request)
        clock.advance(seconds: -86_400)
        log.log(refused(40125), of: "code2Session", app: app, request)
        #expect(recorder.lines.count == 2)
    }
}
