import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientCancellationTests {
    @Test(arguments: ClientKind.allCases)
    func `cancelling a request under way closes its connection at once`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            let task = client.begin(.get(server.url(), timeout: 60_000), on: actor)
            await expectCounts(of: server) { $0.requests == 1 }
            task.cancel()
            let outcome = await task.value
            #expect(outcome == .failure(.cancelled(requestSent: true)))
            #expect(client.inflightCount == 0)
            await expectCounts(of: server) { $0.ended == 1 }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a cancellation from another thread arrives as well`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            let task = client.begin(.get(server.url(), timeout: 60_000), on: actor)
            await expectCounts(of: server) { $0.requests == 1 }
            await offPool { task.cancel() }
            let outcome = await task.value
            #expect(outcome == .failure(.cancelled(requestSent: true)))
            #expect(client.inflightCount == 0)
        }
        await expectCounts(of: server) { $0.ended == 1 }
    }

    @Test(arguments: ClientKind.allCases)
    func `cancelling while connecting sends nothing`(kind: ClientKind) async throws {
        let full = try FullPort()
        let port = full.port
        try await withClient(kind) { client, actor in
            let task = client.begin(.get("http://127.0.0.1:\(port)/", timeout: 60_000), on: actor)
            while client.inflightCount == 0 { await Task.yield() }
            task.cancel()
            let outcome = await task.value
            #expect(outcome == .failure(.cancelled(requestSent: false)))
            #expect(client.inflightCount == 0)
        }
        withExtendedLifetime(full) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `cancelling while waiting leaves the queue and disturbs nobody`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                gate.wait()
                connection.send(.reply("ok"))
            }
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 1
        try await withClient(kind, configuration) { client, actor in
            let first = client.begin(.get(server.url("/1")), on: actor)
            await expectCounts(of: server) { $0.requests == 1 }
            let second = client.begin(.get(server.url("/2")), on: actor)
            let third = client.begin(.get(server.url("/3")), on: actor)
            while client.waitingCount < 2 { await Task.yield() }
            second.cancel()
            let outcome = await second.value
            #expect(outcome == .failure(.cancelled(requestSent: false)))
            #expect(client.waitingCount == 1)
            gate.open()
            await expectSuccess(of: first)
            await expectSuccess(of: third)
        }
        #expect(server.requests.contains { $0.hasPrefix("GET /2 ") } == false)
        #expect(server.counts.requests == 2)
    }

    @Test(arguments: ClientKind.allCases)
    func `a task that is cancelled already sends nothing`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            let task = client.begin(.get(server.url()), on: actor)
            task.cancel()
            let outcome = await task.value
            #expect(outcome == .failure(.cancelled(requestSent: false)))
            #expect(client.inflightCount == 0)
        }
        #expect(server.counts.requests == 0)
    }

    @Test(arguments: ClientKind.allCases)
    func `cancellations at any moment of many requests leave nothing behind`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 16
        let ended = try await withClient(kind, configuration) { client, actor in
            var random = SeededGenerator(seed: 7)
            var ended = 0
            for _ in 0..<20 {
                let tasks = (0..<40).map { _ in client.begin(.get(server.url()), on: actor) }
                for task in tasks {
                    if Bool.random(using: &random) { await Task.yield() }
                    if Bool.random(using: &random) { task.cancel() }
                }
                for task in tasks {
                    _ = await task.value
                    ended += 1
                }
                #expect(client.inflightCount == 0)
                #expect(client.waitingCount == 0)
            }
            return ended
        }
        #expect(ended == 800)
    }
}
