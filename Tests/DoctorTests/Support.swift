import Logging
import TestSupport
import Testing
import UV
import WeChat
import WeChatSimulator

@testable import Doctor

/// The app that the simulator has from the start.
let appID = DefaultApp.appid

extension DoctorConfiguration {
    /// One app, its secret as given.
    static func of(
        _ bases: [String],
        secret: String = DefaultApp.secret,
        timeoutMilliseconds: UInt64 = 5000
    ) throws -> DoctorConfiguration {
        let app = WeChatApp(id: try #require(AppID(appID)), secret: try #require(AppSecret(secret)))
        var configuration = DoctorConfiguration(bases: bases, apps: [App(weChat: app, qrPage: "pages/login/index")])
        configuration.timeoutMilliseconds = timeoutMilliseconds
        return configuration
    }
}

/// What a doctor told.
struct DoctorReport: Sendable {
    let isHealthy: Bool
    let findings: [Finding]

    /// The only finding of a check.
    func only(_ check: Check, sourceLocation: SourceLocation = #_sourceLocation) throws -> Finding {
        let all = findings.filter { $0.check == check }
        #expect(all.count == 1, "\(all)", sourceLocation: sourceLocation)
        return try #require(all.first, sourceLocation: sourceLocation)
    }

    func status(of check: Check) -> [Finding.Status] { findings.filter { $0.check == check }.map(\.status) }

    var failed: [Check] { findings.filter { $0.status == .fail }.map(\.check) }
    var text: String { findings.map { "\($0)\n" }.joined() }
}

/// Lets a doctor examine.
///
/// - Parameter clockAhead: how far this host's clock is from the real one, in seconds.
func examine(_ configuration: DoctorConfiguration, clockAhead: Int64 = 0) async throws -> DoctorReport {
    try await withLoop { actor in
        let findings = Locked<[Finding]>([])
        let doctor = Doctor(
            configuration,
            on: actor.loop,
            unixSeconds: { RealTime.unixSeconds + clockAhead },
            report: { finding in findings.withLock { $0.append(finding) } }
        )
        let isHealthy = try await doctor.examine()
        return DoctorReport(isHealthy: isHealthy, findings: findings.withLock { $0 })
    }
}

/// Runs a body with a simulator and the base at which it is.
func withSimulator<Value: Sendable>(
    _ body: @Sendable (Simulator, _ base: String) async throws -> Value
) async throws -> Value {
    let simulator = Simulator(SimulatorConfiguration(seed: 1))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let service = try SimulatorService(simulator, logger: logger)
    let port = try await service.start()
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(simulator, "http://127.0.0.1:\(port)"))
    } catch {
        result = .failure(error)
    }
    await service.drain(timeoutMilliseconds: 100)
    let leaks = await offPool { service.join() }
    #expect(leaks.isEmpty)
    return try result.get()
}

/// A base at whose port nobody listens.
func refusingBase() async throws -> String {
    try await withLoop { actor in
        let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 1) { $0.close() }
        defer { listener.close() }
        return "http://127.0.0.1:\(listener.port)"
    }
}
