import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// A client that goes away in mid-login wastes nobody's exchange, not even its own.
    @Suite struct HangUpTests {
        @Test(arguments: [["n", "n"], [nil, nil], ["a", "b"]])
        func `of two that share a code the first hangs up and the other gets the session`(
            nonces: [String?]
        ) async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 300) }) { harness in
                let (probe, second) = (try harness.connect(), try harness.connect())
                let code = try harness.code(of: "o-alice")
                do {
                    let first = try harness.connect()
                    first.sendLogin(code, nonce: nonces[0])
                    try waitUntil { harness.upstreamRequests() == 1 }
                    second.sendLogin(code, nonce: nonces[1])
                    try harness.settle(by: probe)
                    withExtendedLifetime(first) {}
                }
                try harness.settle(by: probe)
                let token = try expectLogin(second.reply(), openid: "o-alice", isNew: true)
                #expect(try probe.session(token).status == 200)
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test func `the only client hangs up and repeats while WeChat still works`() async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 300) }) { harness in
                let probe = try harness.connect()
                let code = try harness.code(of: "o-alice")
                do {
                    let client = try harness.connect()
                    client.sendLogin(code)
                    try waitUntil { harness.upstreamRequests() == 1 }
                    withExtendedLifetime(client) {}
                }
                try harness.settle(by: probe)
                try expectLogin(harness.connect().logIn(code), openid: "o-alice", isNew: true)
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test(arguments: ["n", nil])
        func `the only client hangs up and repeats after WeChat has answered`(nonce: String?) async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 100) }) { harness in
                let other = try harness.connect()
                let code = try harness.code(of: "o-alice")
                do {
                    let client = try harness.connect()
                    client.sendLogin(code, nonce: nonce)
                    try waitUntil { harness.upstreamRequests() == 1 }
                    withExtendedLifetime(client) {}
                }
                // WeChat takes equally long for both, so when this one is answered the other was too.
                #expect(try other.logIn(harness.code()).status == 200)
                try harness.settle(by: other)
                expectProblem(try other.logIn(code, nonce: "other"), 400, "code_used")
                try expectLogin(other.logIn(code, nonce: nonce), openid: "o-alice", isNew: true)
                #expect(harness.upstreamRequests() == 2)
                #expect(harness.simulator.counters.exchanges == 2)
            }
        }

        @Test func `a client that hangs up leaves no place taken behind`() async throws {
            try await withGateway({
                $0.latency = .fixed(milliseconds: 20)
                $0.configure = { $0.upstream.inflightMax = 1 }
            }) { harness in
                for _ in 0..<20 {
                    let client = try harness.connect()
                    client.sendLogin(try harness.code())
                }
                let last = try harness.connect()
                let code = try harness.code()
                try waitUntil { try last.logIn(code).status == 200 }
            }
        }

        @Test func `the gateway stops cleanly while an exchange runs that nobody waits for`() async throws {
            try await withGateway { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
                do {
                    let client = try harness.connect()
                    client.sendLogin(try harness.code())
                    try waitUntil { harness.upstreamRequests() == 1 }
                    withExtendedLifetime(client) {}
                }
                try harness.settle(by: harness.connect())
            }
        }

        @Test(arguments: 0..<10)
        func `the gateway stops cleanly while a busy WeChat is about to be asked again`(_: Int) async throws {
            try await withGateway { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(-1))]))
                do {
                    let client = try harness.connect()
                    client.sendLogin(try harness.code())
                    try waitUntil { harness.upstreamRequests() > 0 }
                    withExtendedLifetime(client) {}
                }
                try harness.settle(by: harness.connect())
            }
        }
    }
}
