import HTTPClient
import TestSupport
import Testing
import UV

/// Requests without a task, by both clients.
@Suite struct ClientCallTests {
    @Test(arguments: ClientKind.allCases)
    func `the caller is told once, and never before the call has returned`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(.reply("hello"))
        }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            for url in [server.url(), "no URL", "http://127.0.0.1:1/ "] {
                let end = Completion<Result<ClientResponse, ClientError>>(on: actor.loop)
                var (hasReturned, told) = (false, 0)
                client.start(.get(url)) { result in
                    #expect(hasReturned)
                    told += 1
                    end.finish(result)
                }
                hasReturned = true
                let result = await end.value()
                #expect(told == 1)
                switch result {
                case .success(let response): #expect(url == server.url() && response.text == "hello")
                case .failure(let error): #expect(error.code == .invalidRequest && url != server.url())
                case nil: Issue.record("cancelled")
                }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `who gives up is told nothing, and his connection closes at once`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            let call = client.start(.get(server.url(), timeout: 60_000)) { _ in Issue.record("told") }
            await expectCounts(of: server) { $0.requests == 1 }
            call.cancel()
            call.cancel()
            #expect(call.isRequestSent && client.inflightCount == 0)
            await expectCounts(of: server) { $0.ended == 1 }
            // An end that is on its way already is not told either.
            client.start(.get("no URL")) { _ in Issue.record("told") }.cancel()
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a request after the end is told that it is closed`(kind: ClientKind) async throws {
        try await withClient(kind) { client, actor in
            client.close()
            let end = Completion<Result<ClientResponse, ClientError>>(on: actor.loop)
            client.start(.get("http://127.0.0.1:1/")) { end.finish($0) }
            guard case .failure(let error)? = await end.value() else {
                Issue.record("not told")
                return
            }
            #expect(error.code == .closed)
        }
    }

    /// What it was told, as text.
    private final class Caller: UpstreamCaller {
        let end: Completion<String>

        init(on loop: EventLoop) { end = Completion(on: loop) }

        func replied(_ head: ClientResponseHead, body: Span<UInt8>) {
            let response = ClientResponse(head, body: body)
            end.finish("\(response.status) \(response.contentType ?? "no type") \(response.text)")
        }

        func failed(_ error: ClientError) { end.finish(error.code.rawValue) }
    }

    @Test(arguments: ClientKind.allCases)
    func `a caller is told what a closure is, and a target of a template is what it would be whole`(
        kind: ClientKind
    ) async throws {
        let server = try ScriptedServer { connection in
            connection.answerAll(.reply("hello", type: "a/b"))
        }
        defer { server.stop() }
        let template = TargetTemplate(before: "/a?b=", after: "&c=d")
        try await withClient(kind) { client, actor in
            for (origin, template, expected) in [
                (server.url(""), template, "200 a/b hello"), ("no URL", template, "invalidRequest"),
                (server.url(""), TargetTemplate(before: "/a ", after: ""), "invalidRequest"),
            ] {
                let caller = Caller(on: actor.loop)
                let url = SecretURL(ClientOrigin(origin), template, value: "e%20")
                _ = client.start(ClientRequest(url: url), for: caller)
                #expect(!caller.end.isFinished)
                #expect(await caller.end.value() == expected)
                let getter = Caller(on: actor.loop)
                _ = client.get(url, limits: Self.limits(replyBytesMax: 100), for: getter)
                #expect(!getter.end.isFinished)
                #expect(await getter.end.value() == expected)
            }
        }
        #expect(server.requests.count == 2)
        for request in server.requests { #expect(request.hasPrefix("GET /a?b=e%20&c=d HTTP/1.1\r\n")) }
        #expect(!"\(template)".contains("b="))
    }

    private static func limits(replyBytesMax: Int) -> ClientRequestLimits {
        ClientRequestLimits(
            timeoutMilliseconds: 3000,
            connectTimeoutMilliseconds: 1500,
            replyBytesMax: replyBytesMax
        )
    }

    @Test(arguments: ClientKind.allCases)
    func `the limits of a GET hold`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            connection.answerAll(.reply("hello"))
        }
        defer { server.stop() }
        try await withClient(kind) { client, actor in
            for (bytes, expected) in [(4, "replyTooLarge"), (5, "200 text/plain hello"), (0, "invalidRequest")] {
                let caller = Caller(on: actor.loop)
                let url = SecretURL(server.url())
                _ = client.get(url, limits: Self.limits(replyBytesMax: bytes), for: caller)
                #expect(await caller.end.value() == expected)
            }
        }
    }
}
