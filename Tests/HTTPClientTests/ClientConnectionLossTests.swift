import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientConnectionLossTests {
    @Test(arguments: ClientKind.allCases)
    func `a connection that the server closed while unused is replaced without a trace`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(.reply("ok"))
            if connection.index == 0 { gate.wait() } else { connection.waitForEnd() }
        }
        defer { server.stop() }
        try await withClient(kind) { client, _ in
            _ = try await client.perform(.get(server.url()))
            gate.open()
            await expectCounts(of: server) { $0.ended == 1 }
            let reply = try await client.perform(.get(server.url()))
            #expect(reply.text == "ok")
        }
        #expect(server.counts.connections == 2)
        #expect(server.counts.requests == 2)
    }

    @Test(arguments: ClientKind.allCases)
    func `bytes that nobody asked for are never the reply to the next request`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(.reply("ok"))
            if connection.index == 0 {
                gate.wait()
                connection.send(.reply("planted"))
            }
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient(kind) { client, _ in
            _ = try await client.perform(.get(server.url()))
            gate.open()
            // The client itself ends the connection as soon as it sees the bytes.
            await expectCounts(of: server) { $0.ended == 1 }
            let reply = try await client.perform(.get(server.url()))
            #expect(reply.text == "ok")
        }
        #expect(server.counts.connections == 2)
    }

    @Test(arguments: ClientKind.allCases, [false, true])
    func `a kept connection that dies under a request is not tried again`(kind: ClientKind, isReset: Bool) async throws
    {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(.reply("ok"))
            _ = connection.readRequest()
            if isReset { connection.reset() }
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in
            _ = try await client.perform(.get(server.url("/first")))
            return await client.failure(of: .get(server.url("/second?code=once")))
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.requestSent == true)
        #expect(server.requests.filter { $0.hasPrefix("GET /second") }.count == 1)
        // Not even a connection for a second attempt.
        #expect(server.counts.connections == 1)
    }

    @Test(arguments: ClientKind.allCases)
    func `neither is it when other kept connections are at hand`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            gate.wait()
            connection.send(.reply("ok"))
            _ = connection.readRequest()
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, actor in
            let tasks = (0..<3).map { _ in client.begin(.get(server.url("/first")), on: actor) }
            await expectCounts(of: server) { $0.requests == 3 }
            gate.open()
            for task in tasks { _ = try await task.value.get() }
            var request = ClientRequest.get(server.url("/second"))
            request.body = Array("code=once".utf8)
            return await client.failure(of: request)
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.requestSent == true)
        #expect(server.requests.filter { $0.hasPrefix("POST /second") }.count == 1)
        #expect(server.counts.connections == 3)
    }

    @Test(arguments: ClientKind.allCases)
    func `a refused connection means that nothing was sent`(kind: ClientKind) async throws {
        let port = try Loopback.refusedPort()
        let error = try await withClient(kind) { client, _ in
            await client.failure(of: .get("http://127.0.0.1:\(port)/"))
        }
        #expect(error?.code == .connectFailed)
        #expect(error?.requestSent == false)
    }

    @Test(
        arguments: ClientKind.allCases,
        [
            ("", ClientError.Code.connectionLost),
            ("HTTP/1.1 200 OK\r\nContent-Le", .connectionLost),
            ("HTTP/1.1 200 OK\r\n", .connectionLost),
            ("HTTP/1.1 100 Continue\r\n\r\n", .connectionLost),
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", .connectionLost),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf", .connectionLost),
            ("not HTTP at all\r\n\r\n", .malformedReply),
        ]
    )
    func `a reply that ends early is lost, and nonsense is malformed`(
        kind: ClientKind,
        sample: (reply: String, code: ClientError.Code)
    )
        async throws
    {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(sample.reply)
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(server.url())) }
        #expect(error?.code == sample.code)
        #expect(error?.requestSent == true)
        #expect(server.counts.requests == 1)
    }

    @Test(arguments: ClientKind.allCases, ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
    func `a reset is a lost connection`(kind: ClientKind, reply: String) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(reply)
            connection.reset()
        }
        defer { server.stop() }
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(server.url())) }
        #expect(error?.code == .connectionLost)
        #expect(error?.requestSent == true)
    }
}
