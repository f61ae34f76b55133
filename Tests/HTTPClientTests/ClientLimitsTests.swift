import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientLimitsTests {
    @Test(arguments: ClientKind.allCases, [true, false])
    func `a reply of 10 MB is refused beyond the limit`(kind: ClientKind, saysLength: Bool) async throws {
        let size = 10_000_000
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n" + (saysLength ? "Content-Length: \(size)\r\n\r\n" : "\r\n"))
            connection.send([UInt8](repeating: UInt8(ascii: "x"), count: size))
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(server.url())) }
        #expect(error?.code == .replyTooLarge)
        #expect(error?.requestSent == true)
        await expectCounts(of: server) { $0.ended == 1 }
    }

    @Test(arguments: ClientKind.allCases)
    func `an announced length beyond the limit is refused before the body comes`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n")
            connection.waitForEnd()
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(server.url())) }
        #expect(error?.code == .replyTooLarge)
    }

    @Test(arguments: ClientKind.allCases)
    func `a reply exactly at the limit is taken`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply(String(repeating: "x", count: 65_536))) }
        defer { server.stop() }
        let reply = try await withClient(kind) { client, _ in try await client.perform(.get(server.url())) }
        #expect(reply.body.count == 65_536)
    }

    @Test(arguments: ClientKind.allCases)
    func `header fields without end are refused`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send(Array("X-More: \(String(repeating: "y", count: 1000))\r\n".utf8)) {}
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(server.url())) }
        #expect(error?.code == .malformedReply)
        #expect(error?.requestSent == true)
    }

    @Test(arguments: ClientKind.allCases)
    func `more than may run and wait is refused at once`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                gate.wait()
                connection.send(.reply("ok"))
            }
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 2
        configuration.waitingMax = 3
        try await withClient(kind, configuration) { client, actor in
            let tasks = (0..<5).map { _ in client.begin(.get(server.url()), on: actor) }
            await expectCounts(of: server) { $0.requests == 2 }
            #expect(client.inflightCount == 2)
            #expect(client.waitingCount == 3)
            let error = await client.failure(of: .get(server.url()))
            #expect(error?.code == .overloaded)
            #expect(error?.requestSent == false)
            gate.open()
            for task in tasks { await expectSuccess(of: task) }
        }
        #expect(server.counts.requests == 5)
        #expect(server.counts.connections <= 2)
    }

    @Test(
        arguments: ClientKind.allCases,
        [
            "", "ftp://127.0.0.1/", "file:///etc/passwd", "http://127.0.0.1/a b", "http://127.0.0.1/\u{0}", "not a url",
            "http://user:password@127.0.0.1/", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/",
        ]
    )
    func `a URL that may not be used sends nothing`(kind: ClientKind, url: String) async throws {
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(url)) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.requestSent == false)
    }

    @Test(arguments: ClientKind.allCases)
    func `closing ends what runs and what waits`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 1
        try await withClient(kind, configuration) { client, actor in
            let running = client.begin(.get(server.url()), on: actor)
            await expectCounts(of: server) { $0.requests == 1 }
            let waiting = client.begin(.get(server.url()), on: actor)
            while client.waitingCount == 0 { await Task.yield() }
            client.close()
            let ofRunning = await running.value
            #expect(ofRunning == .failure(.closed(requestSent: true)))
            let ofWaiting = await waiting.value
            #expect(ofWaiting == .failure(.closed(requestSent: false)))
            let later = await client.failure(of: .get(server.url()))
            #expect(later?.code == .closed)
        }
        await expectCounts(of: server) { $0.ended == 1 }
        #expect(server.counts.requests == 1)
    }
}
