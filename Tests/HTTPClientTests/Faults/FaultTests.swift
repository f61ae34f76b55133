import Glibc
import HTTPClient
import TestSupport
import Testing
import UV

/// Both clients, plain and over TLS, against a server that does one thing wrong, or seldom done, with the first request.
@Suite struct FaultTests {
    @Test(arguments: FaultPath.all, Fault.all)
    func `a fault costs the request that meets it and no other, and nothing is sent twice`(
        path: FaultPath,
        fault: Fault
    ) async throws {
        let server = try ScriptedServer(path.certificate()) { connection in
            if connection.index == 0 { fault.script(connection) } else { connection.answerAll(.reply("ok")) }
        }
        defer { server.stop() }
        try await withClient(path.client, path.configuration()) { client, _ in
            let outcome = await client.outcome(of: .get(server.url("/once?code=1"), timeout: fault.milliseconds))
            switch (fault.outcome, outcome) {
            case (.reply(let status, let body), .success(let reply)):
                #expect(reply.status == status && reply.text == body)
            case (.failure(let code, let curl), .failure(let error)):
                #expect(error.code == (path.client == .curl ? curl ?? code : code))
                #expect(error.requestSent)
            default: Issue.record("\(outcome)")
            }
            #expect(client.inflightCount == 0 && client.waitingCount == 0)
            let after = try await client.perform(.get(server.url("/after")))
            #expect(after.text == "ok")
        }
        #expect(server.requests.filter { $0.hasPrefix("GET /once?code=1 ") }.count == 1)
        #expect(server.requests.filter { $0.hasPrefix("GET /after ") }.count == 1)
        #expect(server.counts.connections == (fault.isKept ? 1 : 2))
        await expectCounts(of: server) { $0.ended == $0.connections }
    }

    @Test(arguments: FaultPath.all)
    func `a chunked reply may be cut anywhere`(path: FaultPath) async throws {
        let reply = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\na\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
                .utf8
        )
        let server = try ScriptedServer(path.certificate()) { connection in
            for cut in 1..<reply.count {
                guard connection.readRequest() != nil else { return }
                connection.send(Array(reply[..<cut]))
                // Not at once, or the client would see it as one.
                usleep(300)
                connection.send(Array(reply[cut...]))
            }
        }
        defer { server.stop() }
        try await withClient(path.client, path.configuration()) { client, _ in
            for cut in 1..<reply.count {
                let reply = try await client.perform(.get(server.url("/\(cut)")))
                #expect(reply.text == "abc0123456789", "cut after \(cut)")
            }
        }
        #expect(server.counts.connections == 1)
    }

    enum Ending: CaseIterable { case atOnce, withReset, withinTheRequest }

    @Test(arguments: FaultPath.all, Ending.allCases)
    func `a server that hangs up before it has read the request gets it at most once`(
        path: FaultPath,
        ending: Ending
    ) async throws {
        let server = try ScriptedServer(path.certificate()) { connection in
            switch ending {
            case .atOnce: connection.close()
            case .withReset: connection.reset()
            case .withinTheRequest:
                if path.isTLS { connection.send("") }
                connection.shutdownWriting()
                connection.waitForEnd()
            }
        }
        defer { server.stop() }
        let error = try await withClient(path.client, path.configuration()) { client, _ in
            await client.failure(of: .get(server.url("/once")))
        }
        let failure = try #require(error)
        if failure.requestSent {
            #expect(failure.code == .connectionLost)
        } else {
            #expect([.connectFailed, .tlsFailed].contains(failure.code))
        }
        #expect(server.counts.connections == 1)
    }

    /// Only of our own: libcurl takes an end without a goodbye for the end of the body (`SSL_OP_IGNORE_UNEXPECTED_EOF`).
    @Test(arguments: FaultPath.secure.filter { $0.client == .native })
    func `a body up to the end is no body without a goodbye`(path: FaultPath) async throws {
        for head in [
            "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        ] {
            let server = try ScriptedServer(path.certificate()) { connection in
                guard connection.readRequest() != nil else { return }
                connection.send(head + "perhaps not all of it")
                connection.close()
            }
            defer { server.stop() }
            let error = try await withClient(path.client, path.configuration()) { client, _ in
                await client.failure(of: .get(server.url("/once")))
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.requestSent == true)
            #expect(server.counts.requests == 1)
        }
    }

    @Test(arguments: FaultPath.secure)
    func `a whole reply is whole without a goodbye`(path: FaultPath) async throws {
        let server = try ScriptedServer(path.certificate()) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(.reply("ok"))
            connection.close()
        }
        defer { server.stop() }
        let texts = try await withClient(path.client, path.configuration()) { client, _ in
            let first = try await client.perform(.get(server.url()))
            await expectCounts(of: server) { $0.ended == 1 }
            let second = try await client.perform(.get(server.url()))
            return [first.text, second.text]
        }
        #expect(texts == ["ok", "ok"])
        #expect(server.counts.requests == 2)
    }

    @Test(arguments: FaultPath.secure)
    func `a record that was changed on its way ends the reply`(path: FaultPath) async throws {
        let server = try ScriptedServer(path.certificate()) { connection in
            guard connection.readRequest() != nil, let tls = connection.tls else { return }
            var ciphertext = tls.encrypt(Array(String.reply("ok").utf8))
            ciphertext[ciphertext.count - 1] ^= 1
            connection.sendRaw(ciphertext)
            connection.waitForEnd()
        }
        defer { server.stop() }
        let error = try await withClient(path.client, path.configuration()) { client, _ in
            await client.failure(of: .get(server.url("/once")))
        }
        #expect(error?.requestSent == true)
        #expect(error?.code == .connectionLost)
        #expect(server.counts.requests == 1)
    }

    @Test(arguments: FaultPath.secure, ["right", "wrong", "expired"])
    func `nothing is sent to a server whose certificate is not good`(
        path: FaultPath,
        certificate: String
    ) async throws {
        let fixture = try #require(TLSFixture.shared)
        let server = try ScriptedServer(path.certificate(certificate)) { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.caFile = certificate == "right" ? fixture.stranger : fixture.authority
        let error = try await withClient(path.client, configuration) { client, _ in
            await client.failure(of: .get(server.url("/once")))
        }
        #expect(error?.code == .tlsFailed)
        #expect(error?.requestSent == false)
        #expect(server.counts.requests == 0)
    }
}
