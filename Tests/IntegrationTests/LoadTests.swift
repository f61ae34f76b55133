import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    @Suite struct LoadTests {
        @Test(.timeLimit(.minutes(2)), arguments: [1, 2])
        func `5,000 logins over 512 connections all succeed, each with an exchange and a token of its own`(
            loops: Int
        ) async throws {
            try await withGateway({
                $0.loops = loops
                $0.latency = .uniform(fromMilliseconds: 30, toMilliseconds: 70)
                $0.configure = { $0.upstream.timeoutMilliseconds = 30_000 }
            }) { harness in
                let minted = try harness.simulator.mintCodes(5_000)
                var crowd = try ManyConnections(512, port: harness.port)
                // Loops start and listen by jobs from other threads, a handful for each; requests add none.
                let before = harness.gateway.foreignEnqueues
                let replies = try crowd.exchange(minted.map { LoginBytes.of($0.code) })
                let after = harness.gateway.foreignEnqueues
                #expect(after == before)
                #expect(before <= 8 * loops)

                #expect(replies.count == 5_000)
                #expect(replies.count { $0.status == 200 } == 5_000)
                for (code, reply) in zip(minted, replies) {
                    // The compiled-in search is enough; 5,000 times through a JSON parser would be most of the test.
                    #expect(reply.text.contains(#""openid":"\#(code.openid)""#))
                }
                let tokens = Set(replies.compactMap { $0.text.split(separator: "\"", maxSplits: 4).dropFirst(3).first })
                #expect(tokens.count == 5_000)
                #expect(harness.simulator.counters.exchanges == 5_000)
                #expect(harness.upstreamRequests() == 5_000)
            }
        }

        @Test func `session checks and logouts add no job from another thread either`() async throws {
            try await withGateway({ $0.loops = 2 }) { harness in
                let codes = try harness.simulator.mintCodes(200)
                var crowd = try ManyConnections(32, port: harness.port)
                let tokens = try crowd.exchange(codes.map { LoginBytes.of($0.code) }).map { try $0.string("token") }
                let before = harness.gateway.foreignEnqueues
                let checks = tokens.map { token in
                    KeepAliveClient.bytes(
                        "GET",
                        "/api/v1/wx/session",
                        headers: [("Authorization", "Bearer \(token)")]
                    )
                }
                let logouts = tokens.map { token in
                    KeepAliveClient.bytes(
                        "POST",
                        "/api/v1/wx/logout",
                        headers: [("Authorization", "Bearer \(token)")],
                        body: ""
                    )
                }
                #expect(try crowd.exchange(checks).count { $0.status == 200 } == 200)
                #expect(try crowd.exchange(logouts).count { $0.status == 204 } == 200)
                #expect(try crowd.exchange(checks).count { $0.status == 401 } == 200)
                #expect(harness.gateway.foreignEnqueues == before)
            }
        }
    }
}
