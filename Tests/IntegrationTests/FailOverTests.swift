import Gateway
import Glibc
import Testing
import WeChatSimulator

/// A port of the loopback address that is taken, so that nobody else gets it, and refuses connections.
private final class RefusingPort: Sendable {
    let number: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        try #require(status == 0)
        number = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    var base: String { "http://127.0.0.1:\(number)" }
}

extension IntegrationTests {
    /// Another base is tried only when not one byte was sent to the one before (contract section 3).
    @Suite struct FailOverTests {
        @Test func `a base that refuses connections is passed over`() async throws {
            let refusing = try RefusingPort()
            try await withGateway({ $0.configure = { $0.upstream.bases.insert(refusing.base, at: 0) } }) { harness in
                let client = try harness.connect()
                for _ in 0..<5 { #expect(try client.logIn(harness.code()).status == 200) }
                #expect(harness.upstreamRequests() == 5)
            }
            withExtendedLifetime(refusing) {}
        }

        @Test func `when every base refuses connections the client learns it at once`() async throws {
            let (one, other) = (try RefusingPort(), try RefusingPort())
            try await withGateway({
                $0.isTokenAwaited = false
                $0.configure = { $0.upstream.bases = [one.base, other.base] }
            }) { harness in
                let client = try harness.connect()
                let start = ContinuousClock.now
                for _ in 0..<3 { expectProblem(try client.logIn(harness.code()), 502, "upstream_invalid") }
                #expect(ContinuousClock.now - start < .seconds(2))
                #expect(try client.get("/readyz").status == 200)
            }
            withExtendedLifetime((one, other)) {}
        }

        @Test(arguments: [Fault.reset, .close, .hang, .halfJSON, .empty, .html502, .errcode(40029), .errcode(-1)])
        func `once a byte was sent no other base is tried`(fault: Fault) async throws {
            try await withGateway({
                $0.bases = 2
                $0.configure = { $0.upstream.timeoutMilliseconds = 400 }
            }) { harness in
                let client = try harness.connect()
                #expect(try client.logIn(harness.code()).status == 200)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(fault)]))
                #expect(try client.logIn(harness.code()).status >= 400)
                let asked = if case .errcode(-1, _) = fault { 3 } else { 1 }
                #expect(harness.upstreamRequests(0) == 1 + asked)
                #expect(harness.upstreamRequests(1) == 0)
            }
        }

        @Test func `a code is sent once though WeChat closes kept connections without a reply`() async throws {
            try await withGateway({ $0.bases = 2 }) { harness in
                let client = try harness.connect()
                for round in 1...10 {
                    harness.simulator.clearFaults()
                    #expect(try client.logIn(harness.code()).status == 200)
                    harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.close, takesEffect: round % 2 == 0)]))
                    expectProblem(try client.logIn(harness.code()), 502, "upstream_invalid")
                    #expect(harness.upstreamRequests(0) == 2 * round)
                }
                #expect(harness.upstreamRequests(1) == 0)
            }
        }
    }
}
