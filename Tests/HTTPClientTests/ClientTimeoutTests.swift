import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientTimeoutTests {
    @Test(arguments: ClientKind.allCases)
    func `a server that never answers costs the request its time and no more`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        let elapsed = try await withClient(kind) { client, _ in
            let clock = ContinuousClock()
            let start = clock.now
            let error = await client.failure(of: .get(server.url(), timeout: 150))
            #expect(error?.code == .timedOut)
            #expect(error?.requestSent == true)
            return clock.now - start
        }
        #expect(elapsed >= .milliseconds(140))
        #expect(elapsed < .seconds(5))
        await expectCounts(of: server) { $0.ended == 1 }
    }

    @Test(arguments: ClientKind.allCases)
    func `a reply that drips on is cut at the same time`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n")
            while connection.drip("x", everyMilliseconds: 5) {}
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in
            await client.failure(of: .get(server.url(), timeout: 150))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.requestSent == true)
    }

    @Test(arguments: ClientKind.allCases)
    func `a connection that does not come about fails by the connect timeout`(kind: ClientKind) async throws {
        let full = try FullPort()
        let port = full.port
        let error = try await withClient(kind) { client, _ in
            await client.failure(of: .get("http://127.0.0.1:\(port)/", timeout: 30_000, connectTimeout: 150))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.requestSent == false)
        withExtendedLifetime(full) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `the total includes the connection`(kind: ClientKind) async throws {
        let full = try FullPort()
        let port = full.port
        let error = try await withClient(kind) { client, _ in
            await client.failure(of: .get("http://127.0.0.1:\(port)/", timeout: 150, connectTimeout: 30_000))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.requestSent == false)
        withExtendedLifetime(full) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `waiting for a turn counts towards the total`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 1
        try await withClient(kind, configuration) { client, actor in
            let first = client.begin(.get(server.url(), timeout: 30_000), on: actor)
            await expectCounts(of: server) { $0.requests == 1 }
            let error = await client.failure(of: .get(server.url(), timeout: 150))
            #expect(error?.code == .timedOut)
            #expect(error?.requestSent == false)
            #expect(client.waitingCount == 0)
            #expect(client.inflightCount == 1)
            first.cancel()
            _ = await first.value
        }
        #expect(server.counts.requests == 1)
    }
}
