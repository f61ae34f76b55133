import Glibc
import HTTPClient
import TestSupport
import Testing

/// What goes through a proxy of the environment: what it cannot read, and nothing else. Only libcurl speaks to proxies.
@Suite(.serialized) struct ClientProxyTests {
    /// Tunnels for whoever asks, and prints the first line of each request.
    private static let script = """
        import socket, sys, threading
        refuses = len(sys.argv) > 1
        def copy(a, b):
            try:
                while data := a.recv(65536): b.sendall(data)
            except OSError: pass
            finally:
                try: b.shutdown(socket.SHUT_WR)
                except OSError: pass
        def serve(client):
            line = client.recv(65536).decode().split(chr(13))[0]
            print(line, flush=True)
            if refuses or not line.startswith('CONNECT '):
                client.sendall(b'HTTP/1.1 403 Forbidden\\r\\nContent-Length: 0\\r\\n\\r\\n')
                return client.close()
            host, port = line.split()[1].rsplit(':', 1)
            server = socket.create_connection((host, int(port)))
            client.sendall(b'HTTP/1.1 200 Connection established\\r\\nX-Proxy: words\\r\\n\\r\\n')
            threading.Thread(target=copy, args=(client, server), daemon=True).start()
            copy(server, client)
        listener = socket.create_server(('127.0.0.1', 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    /// Runs a body while the environment names a proxy for everything.
    private func withProxy(
        refusing: Bool = false,
        _ body: (TLSFixture, ChildProcess) async throws -> Void
    ) async throws {
        let fixture = try TLSFixture()
        let path = fixture.directory + "/proxy.py"
        let file = try #require(fopen(path, "w"))
        fputs(Self.script, file)
        fclose(file)
        let proxy = try ChildProcess(shell: "python3 \(path)\(refusing ? " refuse" : "")")
        defer { proxy.stop() }
        let port = try #require(proxy.readLine())
        let names: [String] = ["https_proxy", "http_proxy", "no_proxy"]
        let before = names.map { name in (name, getenv(name).map { String(cString: $0) }) }
        defer { for (name, value) in before { if let value { setenv(name, value, 1) } else { unsetenv(name) } } }
        setenv("https_proxy", "http://127.0.0.1:\(port)", 1)
        setenv("http_proxy", "http://127.0.0.1:\(port)", 1)
        unsetenv("no_proxy")
        try await body(fixture, proxy)
    }

    @Test func `a request over TLS goes through the proxy, which sees host and port`() async throws {
        try await withProxy { fixture, proxy in
            let server = try TLSServer(fixture, certificate: "right")
            defer { server.stop() }
            var configuration = ClientConfiguration()
            configuration.caFile = fixture.authority
            let url = server.url("/secret")
            try await withClient(.curl, configuration) { client, _ in
                let reply = try await client.perform(.get(url))
                #expect(reply.status == 200)
                #expect(reply.text == "1")
            }
            #expect(proxy.readLine() == "CONNECT 127.0.0.1:\(server.port) HTTP/1.1")
        }
    }

    @Test func `a proxy that refuses got not one byte of the request`() async throws {
        try await withProxy(refusing: true) { fixture, proxy in
            let server = try TLSServer(fixture, certificate: "right")
            defer { server.stop() }
            let url = server.url()
            try await withClient(.curl, ClientConfiguration()) { client, _ in
                let error = try #require(await client.failure(of: .get(url)))
                #expect(!error.requestSent)
            }
            #expect(proxy.readLine()?.hasPrefix("CONNECT ") == true)
        }
    }

    @Test func `a request without TLS goes direct, because a proxy would read it`() async throws {
        try await withProxy(refusing: true) { _, _ in
            let server = try ScriptedServer { $0.answerAll(.reply("direct")) }
            defer { server.stop() }
            let url = server.url()
            try await withClient(.curl) { client, _ in
                let reply = try await client.perform(.get(url))
                #expect(reply.text == "direct")
            }
        }
    }
}
