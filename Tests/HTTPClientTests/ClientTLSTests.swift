import HTTPClient
import TestSupport
import Testing
import UV

@Suite struct ClientTLSTests {
    private func configuration(trusting file: String?) -> ClientConfiguration {
        var configuration = ClientConfiguration()
        configuration.caFile = file
        return configuration
    }

    /// Runs a body with a server and the URL that leads to it.
    private func withServer(
        _ kind: ClientKind,
        certificate: String = "right",
        trusting file: (TLSFixture) -> String? = { $0.authority },
        _ body: @escaping @Sendable (any UpstreamClient, @Sendable (String) -> ClientRequest) async throws -> Void
    ) async throws -> [String] {
        let fixture = try TLSFixture()
        let server = try TLSServer(fixture, certificate: certificate)
        let port = server.port
        defer { server.stop() }
        try await withClient(kind, configuration(trusting: file(fixture))) { client, _ in
            try await body(client) { .get("https://127.0.0.1:\(port)\($0)") }
        }
        server.stop()
        var events: [String] = []
        while let event = server.nextEvent() { events.append(event) }
        return events
    }

    @Test(arguments: ClientKind.allCases)
    func `requests go over one verified connection`(kind: ClientKind) async throws {
        let events = try await withServer(kind) { client, request in
            for expected in ["1", "2", "3"] {
                let reply = try await client.perform(request("/"))
                #expect(reply.text == expected)
            }
        }
        #expect(events.filter { $0 == "accepted" }.count == 1)
    }

    @Test(arguments: ClientKind.allCases)
    func `a certificate of another authority is refused before anything is sent`(kind: ClientKind) async throws {
        let events = try await withServer(kind, trusting: { $0.stranger }) { client, request in
            let error = await client.failure(of: request("/"))
            #expect(error?.code == .tlsFailed)
            #expect(error?.requestSent == false)
        }
        #expect(!events.contains { $0.hasPrefix("request") })
    }

    @Test(arguments: ClientKind.allCases)
    func `the system's authorities do not vouch for it either`(kind: ClientKind) async throws {
        let events = try await withServer(kind, trusting: { _ in nil }) { client, request in
            let error = await client.failure(of: request("/"))
            #expect(error?.code == .tlsFailed)
            #expect(error?.requestSent == false)
        }
        #expect(!events.contains { $0.hasPrefix("request") })
    }

    @Test(arguments: ClientKind.allCases)
    func `a certificate of another host is refused before anything is sent`(kind: ClientKind) async throws {
        let events = try await withServer(kind, certificate: "wrong") { client, request in
            let error = await client.failure(of: request("/"))
            #expect(error?.code == .tlsFailed)
            #expect(error?.requestSent == false)
        }
        #expect(!events.contains { $0.hasPrefix("request") })
    }

    @Test(arguments: ClientKind.allCases)
    func `a missing file of authorities is an error, not trust`(kind: ClientKind) async throws {
        _ = try await withServer(kind, trusting: { $0.directory + "/missing.pem" }) { client, request in
            let error = await client.failure(of: request("/"))
            #expect(error?.code == .tlsFailed)
            #expect(error?.requestSent == false)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a server that does not speak TLS is no TLS`(kind: ClientKind) async throws {
        let plain = try ScriptedServer { $0.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
        defer { plain.stop() }
        let url = "https://127.0.0.1:\(plain.port)/"
        let error = try await withClient(kind) { client, _ in await client.failure(of: .get(url)) }
        #expect(error?.code == .tlsFailed)
        #expect(error?.requestSent == false)
    }

    @Test(arguments: ClientKind.allCases)
    func `a kept connection with close_notify on it is replaced without a trace`(kind: ClientKind) async throws {
        let fixture = try TLSFixture()
        let server = try TLSServer(fixture, certificate: "right")
        defer { server.stop() }
        let port = server.port
        let next = LineReader(server)
        try await withClient(kind, configuration(trusting: fixture.authority)) { client, _ in
            let first = try await client.perform(.get("https://127.0.0.1:\(port)/goodbye"))
            #expect(first.text == "1")
            // The server has sent close_notify when the client answers it by closing.
            let isClosed = await offPool { next.read(until: "closed") }
            #expect(isClosed)
            let second = try await client.perform(.get("https://127.0.0.1:\(port)/"))
            #expect(second.text == "1")
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a kept connection that ends under a request is not tried again`(kind: ClientKind) async throws {
        let events = try await withServer(kind) { client, request in
            _ = try await client.perform(request("/"))
            let error = await client.failure(of: request("/drop"))
            #expect(error?.code == .connectionLost)
            #expect(error?.requestSent == true)
        }
        #expect(events.filter { $0 == "request /drop" }.count == 1)
        #expect(events.filter { $0 == "accepted" }.count == 1)
    }
}

/// Reads a server's events on another thread than the test's.
private final class LineReader: @unchecked Sendable {
    private let server: TLSServer

    init(_ server: TLSServer) { self.server = server }

    /// Skips events up to the wanted one; false when there are no more.
    func read(until wanted: String) -> Bool {
        while let event = server.nextEvent() {
            if event == wanted { return true }
        }
        return false
    }
}
