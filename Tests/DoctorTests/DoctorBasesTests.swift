import TestSupport
import Testing
import UV
import WeChatSimulator

@testable import Doctor

/// The ways to a base, each with what can be in the way of it.
@Suite struct DoctorBasesTests {
    private func examineTLS(
        certificate: String,
        trusting file: @Sendable (TLSFixture) throws -> String?
    ) async throws -> DoctorReport {
        let fixture = try TLSFixture()
        let server = try TLSServer(fixture, certificate: certificate)
        defer { server.stop() }
        var configuration = try DoctorConfiguration.of(["https://127.0.0.1:\(server.port)"])
        configuration.caFile = try file(fixture)
        return try await examine(configuration)
    }

    @Test func `a good certificate of a server that is not WeChat`() async throws {
        let report = try await examineTLS(certificate: "right") { $0.authority }
        #expect(report.status(of: .ca) == [.ok])
        #expect(report.status(of: .tls) == [.ok])
        #expect(report.failed == [.http])
        #expect(try report.only(.http).text == "what answers is not WeChat's API")
        #expect(try report.only(.clock).status == .skip)
        #expect(try report.only(.login).text == "not checked: no base of WeChat can be used")
    }

    @Test(arguments: [("right", "not trusted"), ("expired", "expired"), ("wrong", "not for this host name")])
    func `each kind of bad certificate is told apart`(certificate: String, text: String) async throws {
        let report = try await examineTLS(certificate: certificate) {
            certificate == "right" ? $0.stranger : $0.authority
        }
        #expect(report.failed == [.tls])
        #expect(try report.only(.tls).text.contains(text), "\(report.text)")
        #expect(!report.isHealthy)
    }

    @Test func `the system's authorities do not vouch for it either`() async throws {
        let report = try await examineTLS(certificate: "right") { _ in nil }
        #expect(report.failed == [.tls])
        #expect(try report.only(.tls).remedy?.contains("ca-certificates") == true)
    }

    @Test func `a file without an authority in it cannot be used`() async throws {
        let report = try await examineTLS(certificate: "right") { "\($0.directory)/server.py" }
        #expect(report.failed == [.ca])
        #expect(try report.only(.ca).text.contains("server.py is no usable file"))
        #expect(try report.only(.tls).status == .skip)
    }

    @Test func `a port that speaks no TLS`() async throws {
        let report = try await withSimulator { _, base in
            try await examine(.of([base.replacing("http://", with: "https://")]))
        }
        #expect(report.failed == [.tls])
    }

    @Test func `a closed port is a refused connection, and all that needs it is skipped`() async throws {
        let report = try await examine(.of([refusingBase()]))
        #expect(report.failed == [.tcp])
        #expect(try report.only(.tcp).text == "the connection is refused")
        #expect(try report.only(.dns).status == .ok)
        let rest = report.findings.filter { ![.tokenMode, .dns, .tcp].contains($0.check) }
        #expect(rest.allSatisfy { $0.status == .skip })
        #expect(Set(report.findings.map(\.check)) == Set(Check.allCases))
    }

    @Test func `a port that takes connections and says nothing`() async throws {
        let report = try await withLoop { actor in
            var held: [TCPConnection] = []
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 1) { held.append($0) }
            defer {
                listener.close()
                for connection in held { connection.close() }
            }
            return try await examine(.of(["https://127.0.0.1:\(listener.port)"], timeoutMilliseconds: 200))
        }
        #expect(report.failed == [.tls])
        #expect(try report.only(.tls).text.contains("not ready in time"))
        #expect(try report.only(.tcp).status == .ok)
    }

    @Test func `one base that works is enough to ask for the apps`() async throws {
        let report = try await withSimulator { _, base in try await examine(.of([refusingBase(), base])) }
        #expect(report.status(of: .http) == [.skip, .ok])
        #expect(report.failed == [.tcp])
        #expect(try report.only(.secret).status == .ok)
        #expect(!report.isHealthy)
    }

    @Test func `silence ends with the time`() async throws {
        let report = try await withSimulator { simulator, base in
            simulator.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
            return try await examine(.of([base], timeoutMilliseconds: 200))
        }
        #expect(report.failed == [.http])
        #expect(try report.only(.http).text == "no reply in time")
    }

    @Test(arguments: [Fault.html200, .html502, .empty]) func `garbage is not WeChat`(fault: Fault) async throws {
        let report = try await withSimulator { simulator, base in
            simulator.setFaults(FaultPlan(rules: [FaultRule(fault)]))
            return try await examine(.of([base]))
        }
        #expect(report.failed == [.http])
        #expect(try report.only(.clock).status == .ok)
    }

    @Test(arguments: [Fault.reset, .close]) func `a connection that ends`(fault: Fault) async throws {
        let report = try await withSimulator { simulator, base in
            simulator.setFaults(FaultPlan(rules: [FaultRule(fault)]))
            return try await examine(.of([base]))
        }
        #expect(report.failed == [.http])
        #expect(try report.only(.http).text.contains("ended before the reply"))
    }

    @Test(
        arguments: [(-1000, .fail, "behind"), (100, .warn, "ahead"), (0, .ok, "clock")]
            as [(Int64, Finding.Status, String)]
    )
    func `the clock is compared with the reply's date`(ahead: Int64, status: Finding.Status, text: String) async throws
    {
        let report = try await withSimulator { _, base in try await examine(.of([base]), clockAhead: ahead) }
        let clock = try report.only(.clock)
        #expect(clock.status == status)
        #expect(clock.text.contains(text))
    }
}
