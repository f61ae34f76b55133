import TestSupport
import Testing
import UV

@testable import HTTPClient

/// What only our own client promises; what it shares with libcurl's is in the suites over both.
@Suite struct NativeClientTests {
    /// Runs a body with a client whose names resolve as told.
    private func withClient<Value: Sendable>(
        _ configuration: ClientConfiguration = ClientConfiguration(),
        resolving: @escaping @Sendable (String) -> [String] = { _ in ["127.0.0.1"] },
        _ body: @escaping @Sendable (NativeClient, isolated LoopActor) async throws -> Value
    ) async throws -> Value {
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { host in
                .success(resolving(host).compactMap { try? SocketAddress(ip: $0, port: 0) })
            }
            let client = NativeClient(on: actor.loop, configuration: configuration, resolver: resolver)
            defer { client.close() }
            return try await body(client, actor)
        }
    }

    @Test func `the request says what it must and nothing else`() async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.userAgent = "wxgate/1"
        let port = server.port
        try await withClient(configuration) { client, _ in
            _ = try await client.perform(
                ClientRequest(url: SecretURL(ClientOrigin("http://api.test:\(port)/wx"), target: "/sns?code=a"))
            )
            _ = try await client.perform(.get("http://api.test:\(port)?x=1"))
        }
        #expect(
            server.requests == [
                "GET /wx/sns?code=a HTTP/1.1\r\nHost: api.test:\(port)\r\nUser-Agent: wxgate/1\r\nAccept: */*\r\n\r\n",
                "GET /?x=1 HTTP/1.1\r\nHost: api.test:\(port)\r\nUser-Agent: wxgate/1\r\nAccept: */*\r\n\r\n",
            ]
        )
        #expect(server.counts.connections == 1)
    }

    @Test func `nobody is told before the call has returned, whatever comes of it`() async throws {
        try await withClient { client, actor in
            for url in ["nonsense", "http://127.0.0.1:1/"] {
                let end = Completion<Result<ClientResponse, ClientError>>(on: actor.loop)
                client.start(.get(url)) { end.finish($0) }
                #expect(!end.isFinished)
                guard case .failure = try #require(await end.value()) else {
                    Issue.record("\(url) was answered")
                    return
                }
            }
        }
    }

    @Test func `after a cancellation nobody is told`() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient { client, _ in
            let exchange = client.start(.get(server.url())) { _ in Issue.record("told") }
            await expectCounts(of: server) { $0.requests == 1 }
            #expect(exchange.isRequestSent)
            exchange.cancel()
            exchange.cancel()
            #expect(exchange.isRequestSent)
            #expect(client.inflightCount == 0)
        }
        await expectCounts(of: server) { $0.ended == 1 }
    }

    @Test func `one that waits in vain is told so, though nobody else holds it`() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 1
        try await withClient(configuration) { client, actor in
            client.start(.get(server.url())) { _ in }
            let end = Completion<ClientError.Code?>(on: actor.loop)
            client.start(.get(server.url(), timeout: 50)) { result in
                guard case .failure(let error) = result else { return end.finish(nil) }
                end.finish(error.code)
            }
            #expect(client.waitingCount == 1)
            #expect(await end.value() == .timedOut)
            #expect(client.waitingCount == 0)
        }
    }

    @Test func `a callback may ask for more, and close the client`() async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withClient { client, actor in
            let end = Completion<ClientError.Code?>(on: actor.loop)
            client.start(.get(server.url())) { _ in
                client.start(.get(server.url())) { _ in
                    client.start(.get(server.url())) { result in
                        guard case .failure(let error) = result else { return end.finish(nil) }
                        end.finish(error.code)
                    }
                    client.close()
                }
            }
            #expect(await end.value() == .closed)
        }
        #expect(server.counts.connections == 1)
    }

    @Test func `a callback may close the client and let it go, though others wait for the same name`() async throws {
        let told = try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { _ in .success([]) }
            var client: NativeClient? = NativeClient(
                on: actor.loop,
                configuration: ClientConfiguration(),
                resolver: resolver
            )
            let end = Completion<Void>(on: actor.loop)
            var told: [ClientError.Code?] = []
            for _ in 0..<3 {
                client?.start(.get("http://api.test/")) { result in
                    if case .failure(let error) = result { told.append(error.code) }
                    client?.close()
                    client = nil
                    if told.count == 3 { end.finish(()) }
                }
            }
            await end.value()
            return told
        }
        #expect(told == [.resolveFailed, .closed, .closed])
    }

    @Test func `the addresses of a name are tried in their order`() async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        let port = server.port
        let reply = try await withClient(resolving: { _ in ["127.0.0.2", "127.0.0.1"] }) { client, _ in
            // The server listens on 127.0.0.1 only.
            try await client.perform(.get("http://api.test:\(port)/"))
        }
        #expect(reply.text == "ok")
    }

    @Test func `a name without addresses says so, and names nothing`() async throws {
        let error = try await withClient(resolving: { _ in [] }) { client, _ in
            await client.failure(of: .get("http://secret-name.test/?secret=hunter2"))
        }
        #expect(error?.code == .resolveFailed)
        #expect(error?.requestSent == false)
        #expect(error?.trace?.stage == .resolving)
        #expect(error.map { "\($0)".contains("secret") || "\($0)".contains("hunter2") } == false)
    }

    @Test func `a name that takes its time is given up with the time to connect`() async throws {
        let gate = Gate()
        defer { gate.open() }
        let error = try await withClient(
            resolving: { _ in
                gate.wait()
                return []
            },
            { client, _ in
                await client.failure(of: .get("http://slow.test/", timeout: 30_000, connectTimeout: 100))
            }
        )
        #expect(error?.code == .timedOut)
        #expect(error?.trace?.stage == .resolving)
    }

    @Test func `bytes behind a reply do not belong to the next`() async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send(String.reply("ok") + (connection.index == 0 ? .reply("planted") : ""))
            }
        }
        defer { server.stop() }
        try await withClient { client, _ in
            for _ in 0..<2 {
                let reply = try await client.perform(.get(server.url()))
                #expect(reply.text == "ok")
            }
        }
        #expect(server.counts.connections == 2)
    }

    @Test func `an end right behind a reply is seen before the next request`() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(.reply("ok"))
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 1
        try await withClient(configuration) { client, actor in
            // Each waits for the turn of the one before, and starts in the callback that brings its reply.
            let tasks = (0..<20).map { _ in client.begin(.get(server.url()), on: actor) }
            var lost = 0
            for task in tasks {
                guard case .failure(let error) = await task.value else { continue }
                // The server may end after the look; then the request is lost, and never sent twice.
                #expect(error.code == .connectionLost && error.requestSent)
                lost += 1
            }
            #expect(lost < tasks.count)
        }
        #expect(server.counts.requests <= 20)
    }

    @Test func `unused connections are dropped when they are old`() async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.keptSecondsMax = 1
        try await withClient(configuration) { client, _ in
            _ = try await client.perform(.get(server.url()))
            #expect(client.idleCount == 1)
            await expectCounts(of: server) { $0.ended == 1 }
            #expect(client.idleCount == 0)
        }
    }

    @Test func `a session of TLS is resumed`() async throws {
        let fixture = try TLSFixture()
        let server = try TLSServer(fixture, certificate: "right")
        defer { server.stop() }
        let url = server.url("/goodbye")
        var configuration = ClientConfiguration()
        configuration.caFile = fixture.authority
        let texts = try await withClient(configuration) { client, actor in
            var texts: [String] = []
            for _ in 0..<3 {
                texts.append(try await client.perform(.get(url)).text)
                // The goodbye may come behind the reply, and a request that crosses it is lost.
                for _ in 0..<5_000 where client.idleCount > 0 { try await actor.loop.sleep(milliseconds: 1) }
            }
            return texts
        }
        #expect(texts == ["1", "1", "1"])
    }
}
