import Glibc
import TestSupport
import Testing
import UV

@testable import HTTPClient

/// What an error tells of the way to a server, and a reply of its time.
@Suite struct ClientTraceTests {
    private func failure(_ kind: ClientKind, _ url: String, timeout: UInt64 = 10_000, caFile: String? = nil)
        async throws -> ClientError
    {
        var configuration = ClientConfiguration()
        configuration.caFile = caFile
        let error = try await withClient(kind, configuration) { client, _ in
            await client.failure(of: .get(url, timeout: timeout, connectTimeout: timeout * 2))
        }
        return try #require(error)
    }

    @Test(arguments: ClientKind.allCases)
    func `a refused connection ended while connecting`(kind: ClientKind) async throws {
        let server = try ScriptedServer { $0.send(.reply("")) }
        let port = server.port
        server.stop()
        let error = try await failure(kind, "http://127.0.0.1:\(port)/")
        #expect(error.code == .connectFailed)
        #expect(error.trace == ClientError.Trace(stage: .connecting, systemError: ECONNREFUSED))
    }

    @Test(arguments: ClientKind.allCases, [("right", 20), ("expired", 10), ("wrong", nil)] as [(String, Int?)])
    func `a certificate's fault is told by OpenSSL's number`(
        kind: ClientKind,
        sample: (certificate: String, fault: Int?)
    ) async throws {
        let fixture = try TLSFixture()
        let server = try TLSServer(fixture, certificate: sample.certificate)
        defer { server.stop() }
        let trusted = sample.certificate == "right" ? fixture.stranger : fixture.authority
        let error = try await failure(kind, server.url(), caFile: trusted)
        #expect(error.code == .tlsFailed)
        #expect(error.curlCode == (kind == .curl ? 60 : nil))
        #expect(error.trace?.stage == .securing)
        #expect(error.trace?.certificateFault == sample.fault)
    }

    @Test(arguments: ClientKind.allCases)
    func `silence before TLS ended while securing, and silence after the request while exchanging`(kind: ClientKind)
        async throws
    {
        let gate = Gate()
        let server = try ScriptedServer { _ in gate.wait() }
        defer {
            gate.open()
            server.stop()
        }
        let securing = try await failure(kind, "https://127.0.0.1:\(server.port)/", timeout: 200)
        #expect(securing.code == .timedOut)
        #expect(securing.trace?.stage == .securing)
        let exchanging = try await failure(kind, "http://127.0.0.1:\(server.port)/", timeout: 200)
        #expect(exchanging.code == .timedOut)
        #expect(exchanging.trace?.stage == .exchanging)
    }

    @Test func `the steps have an order`() {
        #expect(ClientError.Trace.Stage.resolving < .connecting)
        #expect(ClientError.Trace.Stage.securing < .exchanging)
    }

    @Test(arguments: ClientKind.allCases)
    func `the date of the final reply is kept for whom it matters`(kind: ClientKind) async throws {
        let reply =
            "HTTP/1.1 103 Early Hints\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
            + "HTTP/1.1 200 OK\r\ndate: Thu, 22 Aug 2024 01:14:57 GMT\r\nContent-Length: 0\r\n\r\n"
        let server = try ScriptedServer { $0.answerAll(reply) }
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)/"
        let dates = try await withClient(kind) { client, _ in
            var request = ClientRequest.get(url)
            let indifferent = try await client.perform(request)
            request.keepsDate = true
            return [indifferent.date, try await client.perform(request).date]
        }
        #expect(dates == [nil, "Thu, 22 Aug 2024 01:14:57 GMT"])
    }
}
