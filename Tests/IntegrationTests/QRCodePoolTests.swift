import HTTP
import HTTPServer
import Testing
import UV
import WeChat
import WeChatSimulator

@testable import Gateway

extension IntegrationTests {
    /// The pool of mini-program codes of a whole gateway, against the simulator.
    @Suite struct QRCodePoolTests {
        private static let path = "/wxa/getwxacodeunlimit"
        private static let size = 6

        @Test func `the pool is full after the start without any request, and a creation costs no call`() async throws {
            try await withGateway {
                $0.loops = 2
                $0.configure = { $0.qr.poolSize = Self.size }
            } _: { harness in
                try harness.untilCodes(Self.size)
                #expect(harness.codeAnswers == [0: Self.size])
                // WeChat is gone, and nobody notices while there are codes.
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.reset, path: Self.path)]))
                let codes = try (0..<Self.size).map { _ in try harness.newCode().get() }
                #expect(Set(codes.map(\.scene)).count == Self.size)
                #expect(codes.allSatisfy { $0.picture.format == .png })
                #expect(harness.codeAnswers[0] == Self.size)
            }
        }

        @Test func `without a pool nothing is fetched before somebody asks`() async throws {
            try await withGateway { _ in
            } _: { harness in
                #expect(harness.codeAnswers == [:])
                _ = try harness.newCode().get()
                #expect(harness.codeAnswers == [0: 1])
            }
        }

        @Test func `a page that is not published is an error until it is`() async throws {
            let clock = ManualClock()
            let log = CapturedLog()
            try await withGateway {
                $0.clock = clock.wallClock
                $0.logger = log.logger
                $0.configure = {
                    $0.qr.poolSize = Self.size
                    $0.qr.page = "pages/later/index"
                }
            } _: { harness in
                try waitUntil { harness.codeAnswers[41030] ?? 0 > 0 }
                let problem = try harness.newCode().problem
                #expect(problem?.status == 502 && problem?.error == "app_misconfigured")
                var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
                app.publishedPages.append("pages/later/index")
                try harness.simulator.putApp(app)
                clock.advance(milliseconds: 2_000)
                _ = try harness.newCode().get()
                try harness.untilCodes(Self.size)
            }
            let lines = log.lines.filter { $0.hasPrefix("error") }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("pages/later/index") == true)
            #expect(lines.first?.contains("WXGATE_QR_PAGE") == true)
        }

        @Test(arguments: [
            (Fault.html200, 502, "upstream_invalid"), (.html502, 502, "upstream_invalid"),
            (.empty, 502, "upstream_invalid"), (.close, 502, "upstream_invalid"), (.reset, 502, "upstream_invalid"),
            (.errcode(-1), 503, "upstream_busy"), (.errcode(45009), 429, "rate_limited"),
            (.errcode(40169), 502, "upstream_invalid"), (.errcode(48001), 502, "app_misconfigured"),
        ])
        func `trouble of WeChat is an error at once, and past when it is`(
            fault: Fault,
            status: Int,
            name: String
        ) async throws {
            let clock = ManualClock()
            try await withGateway {
                $0.clock = clock.wallClock
                $0.configure = { $0.qr.poolSize = Self.size }
            } _: { harness in
                try harness.untilCodes(Self.size)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(fault, path: Self.path)]))
                for _ in 0..<Self.size { _ = try harness.newCode().get() }
                let problem = try harness.newCode().problem
                #expect(problem?.status == status && problem?.error == name)
                if status == 429 { #expect((1...60).contains(problem?.retryAfter ?? 0)) }
                harness.simulator.clearFaults()
                clock.advance(milliseconds: 61_000)
                try harness.untilCodes(Self.size)
            }
        }

        @Test func `a dead access_token is replaced for a code as for every call`() async throws {
            try await withGateway { _ in
            } _: { harness in
                _ = try harness.newCode().get()
                harness.simulator.setFaults(
                    FaultPlan(
                        rules: [Self.path, TokenPath.proof].map { FaultRule(.errcode(40001), count: 1, path: $0) }
                    )
                )
                _ = try harness.newCode().get()
                #expect(harness.codeAnswers == [0: 2, 40001: 1])
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 1)
            }
        }

        @Test func `a WeChat that hangs is a time-out, and holds up neither logins nor the stop`() async throws {
            let clock = ContinuousClock()
            let begin = clock.now
            try await withGateway {
                $0.configure = {
                    $0.qr.poolSize = Self.size
                    $0.upstream.timeoutMilliseconds = 500
                }
            } _: { harness in
                try harness.untilCodes(Self.size)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang, path: Self.path)]))
                for _ in 0..<Self.size { _ = try harness.newCode().get() }
                let client = try harness.connect()
                _ = try harness.token(of: "o-1", by: client)
                let problem = try harness.newCode().problem
                #expect(problem?.status == 504 && problem?.error == "upstream_timeout")
            }
            // The drain alone may take five.
            #expect(clock.now - begin < .seconds(5))
        }

        @Test func `WeChat's own limit is waited out to the next minute`() async throws {
            let clock = ManualClock()
            try await withGateway {
                $0.clock = clock.wallClock
                $0.configure = { $0.qr.poolSize = 1 }
            } _: { harness in
                try harness.untilCodes(1)
                var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
                app.wxaCodesPerMinuteMax = 1
                try harness.simulator.putApp(app)
                _ = try harness.newCode().get()
                try waitUntil { harness.codeAnswers[45009] == 1 }
                for _ in 0..<5 {
                    let problem = try harness.newCode().problem
                    #expect(problem?.status == 429 && problem?.error == "rate_limited")
                }
                #expect(harness.codeAnswers[45009] == 1)
                harness.simulator.advanceClock(by: .seconds(61))
                clock.advance(milliseconds: 61_000)
                try harness.untilCodes(1)
            }
        }
    }
}

extension GatewayHarness {
    /// What WeChat said to calls for codes.
    fileprivate var codeAnswers: [Int: Int] { answers("/wxa/getwxacodeunlimit") }

    /// Waits until so many codes are ready.
    fileprivate func untilCodes(_ count: Int) throws {
        try waitUntil { gateway.codes.readyCounts[0].count == count }
    }

    /// A code, as a new ticket gets it.
    fileprivate func newCode() throws -> Result<FreshCode, GatewayError> {
        let (gateway, app) = (gateway, try GatewayConfiguration.ofTests(bases: []).apps[0])
        return try onLoop { actor in
            do throws(GatewayError) {
                return .success(try await gateway.codes.code(of: app, on: actor.loop))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension Result where Failure == GatewayError {
    /// The status, name and Retry-After as clients see them; nil: a success.
    fileprivate var problem: (status: Int, error: String, retryAfter: Int?)? {
        guard case .failure(let error) = self else { return nil }
        let problem = error.problem
        let retryAfter = problem.headers.first { $0.0 == "Retry-After" }.flatMap { Int($0.1) }
        return (Int(problem.status.code), problem.error, retryAfter)
    }
}
