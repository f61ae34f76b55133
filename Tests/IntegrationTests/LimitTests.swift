import Gateway
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    @Suite struct LimitTests {
        @Test func `what neither runs nor waits is told to come again, and the rest is served`() async throws {
            try await withGateway({
                $0.latency = .fixed(milliseconds: 200)
                $0.configure = { $0.upstream.inflightMax = 4 }
            }) { harness in
                let requests = try (0..<20).map { _ in LoginBytes.of(try harness.code()) }
                var crowd = try ManyConnections(20, port: harness.port)
                let replies = try crowd.exchange(requests)
                #expect(replies.count { $0.status == 200 } == 8)
                for refused in replies where refused.status != 200 { expectProblem(refused, 503, "overloaded") }
                #expect(harness.upstreamRequests() == 8)
                let client = try harness.connect()
                #expect(try client.logIn(harness.code()).status == 200)
            }
        }

        @Test func `waiting for a turn counts against the time of a call`() async throws {
            try await withGateway({
                $0.latency = .fixed(milliseconds: 1_000)
                $0.configure = {
                    $0.upstream.inflightMax = 1
                    $0.upstream.timeoutMilliseconds = 1_300
                }
            }) { harness in
                let clients = try (0..<2).map { _ in try harness.connect() }
                clients[0].sendLogin(try harness.code())
                try waitUntil { harness.upstreamRequests() == 1 }
                clients[1].sendLogin(try harness.code())
                #expect(try clients[0].reply().status == 200)
                expectProblem(try clients[1].reply(), 504, "upstream_timeout")
            }
        }

        @Test func `connections above the limit are told so, and leave room when they go`() async throws {
            try await withGateway({ $0.configure = { $0.connectionsMax = 2 } }) { harness in
                let first = try harness.connect()
                #expect(try first.get("/healthz").status == 200)
                do {
                    let second = try harness.connect()
                    #expect(try second.get("/healthz").status == 200)
                    let third = try harness.connect()
                    expectProblem(try third.reply(), 503, "overloaded")
                    #expect(third.isClosedByServer())
                    #expect(try first.logIn(harness.code()).status == 200)
                    withExtendedLifetime((second, third)) {}
                }
                try waitUntil { (try? harness.connect().get("/healthz").status) == 200 }
            }
        }

        @Test(arguments: [1, 2])
        func `a login in flight at the stop is answered, then the port refuses`(loops: Int) async throws {
            try await withGateway({
                $0.loops = loops
                $0.latency = .fixed(milliseconds: 300)
            }) { harness in
                let (busy, idle) = (try harness.connect(), try harness.connect())
                #expect(try idle.get("/readyz").status == 200)
                busy.sendLogin(try harness.code(of: "o-last"))
                try waitUntil { harness.upstreamRequests() == 1 }
                harness.beginStop()
                #expect(idle.isClosedByServer())
                let reply = try busy.reply()
                try expectLogin(reply, openid: "o-last", isNew: true)
                #expect(reply["connection"] == "close")
                #expect(busy.isClosedByServer())
                try waitUntil { (try? RawClient(port: harness.port)) == nil }
            }
        }

        /// Who waits is most likely on another loop than the exchange, and that loop has nothing else to do.
        @Test(arguments: 0..<3)
        func `a stop waits for an exchange that only another loop's client waits for`(_: Int) async throws {
            try await withGateway({
                $0.loops = 8
                $0.latency = .fixed(milliseconds: 500)
            }) { harness in
                let second = try harness.connect()
                let code = try harness.code(of: "o-last")
                do {
                    let first = try harness.connect()
                    first.sendLogin(code, nonce: "first")
                    try waitUntil { harness.upstreamRequests() == 1 }
                    second.sendLogin(code, nonce: "second")
                    withExtendedLifetime(first) {}
                }
                // The hang-up and the second request arrive on loops that no probe of ours surely shares.
                usleep(100_000)
                harness.beginStop()
                try expectLogin(second.reply(), openid: "o-last", isNew: true)
            }
        }

        @Test func `a stop does not wait for WeChat longer than it may`() async throws {
            try await withGateway({
                $0.configure = {
                    $0.drainMilliseconds = 200
                    $0.upstream.timeoutMilliseconds = 20_000
                }
            }) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
                let client = try harness.connect()
                client.sendLogin(try harness.code())
                try waitUntil { harness.upstreamRequests() == 1 }
                let start = ContinuousClock.now
                harness.beginStop()
                #expect(client.isClosedByServer())
                #expect(ContinuousClock.now - start < .seconds(5))
            }
        }
    }
}
