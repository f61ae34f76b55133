import TestSupport
import Testing
import UV

@testable import HTTPClient

/// Hosts with several addresses, some of them dead; the names are known only to these tests.
@Suite struct FaultAddressTests {
    /// Runs a body with a client for which each name has these addresses.
    private func withAddresses(
        _ addresses: [String],
        _ body: @escaping @Sendable (NativeClient) async throws -> Void
    ) async throws {
        try await withLoop { actor in
            let found = try addresses.map { try SocketAddress(ip: $0, port: 0) }
            let resolver = NameResolver(on: actor.loop) { _ in
                found.isEmpty ? .failure(UVError(code: -3008)) : .success(found)
            }
            let client = NativeClient(on: actor.loop, configuration: ClientConfiguration(), resolver: resolver)
            defer { client.close() }
            try await body(client)
        }
    }

    @Test(arguments: [["127.0.0.2", "127.0.0.1"], ["::1", "127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]])
    func `an address where nobody listens is passed over`(addresses: [String]) async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withAddresses(addresses) { client in
            for _ in 0..<2 {
                let reply = try await client.perform(.get("http://two.test:\(server.port)/"))
                #expect(reply.text == "ok")
            }
        }
        #expect(server.counts == ScriptedServer.Counts(connections: 1, requests: 2, ended: server.counts.ended))
        #expect(server.requests.allSatisfy { $0.contains("Host: two.test:\(server.port)\r\n") })
    }

    @Test func `one that does not answer costs its share of the time and no more`() async throws {
        let server = try ScriptedServer { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        let full = try FullPort(lastByte: 3, port: server.port)
        try await withAddresses(["127.0.0.3", "127.0.0.1"]) { client in
            let url = "http://two.test:\(server.port)/"
            let reply = try await client.perform(.get(url, timeout: 10_000, connectTimeout: 600))
            #expect(reply.text == "ok")
        }
        #expect(server.counts.requests == 1)
        withExtendedLifetime(full) {}
    }

    @Test func `when none is alive nothing was sent`() async throws {
        let port = try Loopback.refusedPort()
        try await withAddresses(["127.0.0.2", "127.0.0.3"]) { client in
            let error = await client.failure(of: .get("http://two.test:\(port)/"))
            #expect(error?.code == .connectFailed)
            #expect(error?.requestSent == false)
            #expect(error?.trace?.stage == .connecting)
        }
    }

    @Test func `a name that nobody knows is told as such`() async throws {
        try await withAddresses([]) { client in
            let error = await client.failure(of: .get("http://nowhere.test/"))
            #expect(error?.code == .resolveFailed)
            #expect(error?.requestSent == false)
            #expect(error?.trace?.stage == .resolving)
        }
    }

    @Test func `a server that refuses TLS at one address is not tried at the next`() async throws {
        // The certificate is what it is at all of them, and an attacker's address must not be passed over silently.
        let fixture = try #require(TLSFixture.shared)
        let server = try ScriptedServer(.init("wrong", of: fixture)) { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        try await withAddresses(["127.0.0.1", "127.0.0.1"]) { client in
            let error = await client.failure(of: .get("https://two.test:\(server.port)/"))
            #expect(error?.code == .tlsFailed)
            #expect(error?.requestSent == false)
        }
        #expect(server.counts.connections == 1)
        #expect(server.counts.requests == 0)
    }
}
