import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientExchangeTests {
    @Test(arguments: ClientKind.allCases)
    func `a GET brings status, content type and body`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("{\"openid\":\"o1\"}")) }
        defer { server.stop() }
        let reply = try await withClient(kind) { client, _ in
            try await client.perform(.get(server.url("/sns?secret=s")))
        }
        #expect(reply.status == 200)
        #expect(reply.contentType == "text/plain")
        #expect(reply.text == "{\"openid\":\"o1\"}")
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("GET /sns?secret=s HTTP/1.1\r\n"))
        #expect(!request.lowercased().contains("accept-encoding"))
        #expect(!request.lowercased().contains("user-agent"))
    }

    @Test(arguments: ClientKind.allCases)
    func `a POST carries Content-Length, no Expect and no chunks`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        // Above the size at which libcurl would ask for 100-continue, and with zero bytes inside.
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1_200_000) + [0, 65, 0]
        try await withClient(kind) { client, _ in
            var request = ClientRequest.get(server.url("/p"))
            request.body = body
            request.headers = [("Content-Type", "application/json"), ("X-Empty", "")]
            let reply = try await client.perform(request)
            #expect(reply.text == "ok")
        }
        let request = try #require(server.requests.first)
        let head = request.prefix(400)
        #expect(head.contains("Content-Length: 1200003\r\n"))
        #expect(head.contains("Content-Type: application/json\r\n"))
        #expect(head.contains("X-Empty:"))
        #expect(!head.lowercased().contains("expect"))
        #expect(!head.lowercased().contains("transfer-encoding"))
        #expect(Array(request.utf8).suffix(4) == [UInt8(ascii: "x"), 0, 65, 0])
    }

    @Test(arguments: ClientKind.allCases)
    func `an empty POST says that its length is zero and names no content type`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withClient(kind) { client, _ in
            var request = ClientRequest.get(server.url())
            request.body = []
            _ = try await client.perform(request)
            // The same easy handle goes back to GET without anything of the POST.
            _ = try await client.perform(.get(server.url()))
        }
        #expect(server.requests.count == 2)
        #expect(server.requests.first?.contains("Content-Length: 0\r\n") == true)
        #expect(server.requests.first?.lowercased().contains("content-type") == false)
        #expect(server.requests.last?.hasPrefix("GET ") == true)
        #expect(server.requests.last?.lowercased().contains("content-length") == false)
    }

    @Test(arguments: ClientKind.allCases)
    func `requests one after another share one connection`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withClient(kind) { client, _ in
            for _ in 0..<20 { _ = try await client.perform(.get(server.url())) }
        }
        #expect(server.counts.connections == 1)
        #expect(server.counts.requests == 20)
        await expectCounts(of: server) { $0.ended == 1 }
    }

    @Test(arguments: ClientKind.allCases)
    func `chunked replies, replies until close and 1xx replies are understood`(kind: ClientKind) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            _ = connection.readRequest()
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            _ = connection.readRequest()
            connection.send("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>")
        }
        defer { server.stop() }
        let replies = try await withClient(kind) { client, _ in
            var replies: [ClientResponse] = []
            for _ in 0..<3 { replies.append(try await client.perform(.get(server.url()))) }
            return replies
        }
        #expect(replies.map(\.status) == [200, 204, 502])
        #expect(replies.map(\.text) == ["abcde", "", "<html>"])
    }

    @Test(arguments: ClientKind.allCases)
    func `a redirect is a reply like any other`(kind: ClientKind) async throws {
        let server = try ScriptedServer {
            $0.answerAll("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let reply = try await withClient(kind) { client, _ in try await client.perform(.get(server.url())) }
        #expect(reply.status == 302)
        #expect(server.counts.requests == 1)
    }

    @Test(arguments: ClientKind.allCases)
    func `2000 requests over 64 connections all succeed and no job comes from another thread`(kind: ClientKind)
        async throws
    {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.inflightMax = 64
        configuration.waitingMax = 2000
        let (succeeded, foreign) = try await withClient(kind, configuration) { client, actor in
            let before = actor.loop.foreignEnqueues
            let tasks = (0..<2000).map { _ in client.begin(.get(server.url(), timeout: 60_000), on: actor) }
            var succeeded = 0
            for task in tasks { if case .success = await task.value { succeeded += 1 } }
            return (succeeded, actor.loop.foreignEnqueues - before)
        }
        #expect(succeeded == 2000)
        #expect(foreign == 0)
        #expect(server.counts.requests == 2000)
        #expect(server.counts.connections <= 64)
    }

    @Test(arguments: ClientKind.allCases)
    func `connections in use may exceed the kept ones, which are what stays`(kind: ClientKind) async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            gate.wait()
            connection.send(.reply("ok"))
            connection.answerAll(.reply("ok"))
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.keptConnectionsMax = 4
        try await withClient(kind, configuration) { client, actor in
            let tasks = (0..<20).map { _ in client.begin(.get(server.url()), on: actor) }
            await expectCounts(of: server) { $0.requests == 20 }
            gate.open()
            for task in tasks { await expectSuccess(of: task) }
            await expectCounts(of: server) { $0.ended >= 15 }
            #expect(server.counts.ended <= 16)
        }
        await expectCounts(of: server) { $0.ended == 20 }
    }
}
