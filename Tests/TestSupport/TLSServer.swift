import Glibc

/// Certificates made for one test run, in a directory of their own: an authority, one that nobody trusts, and servers.
public final class TLSFixture: Sendable {
    /// One for all tests of a run that change nothing in it; nil when it could not be made. It goes with the process.
    public static let shared: TLSFixture? = {
        atexit { TLSFixture.shared?.remove() }
        return try? TLSFixture()
    }()

    /// Where the files are.
    public let directory: String
    /// The authority that signed the servers' certificates.
    public var authority: String { directory + "/ca.pem" }
    /// Another authority.
    public var stranger: String { directory + "/stranger.pem" }

    /// Makes them all.
    public init() throws {
        var template = Array("/tmp/httpclient-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "no directory") }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        let signed = "\(new) -CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE"
        try ChildProcess.run(
            shell: """
                sh -e -c 'cd \(directory)
                \(new) -subj /CN=authority -keyout ca.key -out ca.pem
                \(new) -subj /CN=stranger -keyout stranger.key -out stranger.pem
                \(signed) -subj /CN=right -addext subjectAltName=IP:127.0.0.1 -keyout right.key -out right.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=expired -addext \
                subjectAltName=IP:127.0.0.1 -keyout expired.key -out expired.csr
                openssl x509 -req -in expired.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 \
                -copy_extensions copy -out expired.pem
                \(signed) -subj /CN=127.0.0.1 -addext subjectAltName=DNS:elsewhere.test -keyout wrong.key -out wrong.pem
                ' 2>/dev/null
                """
        )
    }

    deinit { remove() }

    private func remove() { try? ChildProcess.run(shell: "rm -rf \(directory)") }
}

/// An HTTPS server in a language of its own, so that not both ends of TLS are ours.
///
/// It answers each request with the number of requests on its connection. After one to `/goodbye` it sends
/// close_notify and closes; after one to `/drop` it does the same instead of answering.
public final class TLSServer {
    /// On 127.0.0.1.
    public let port: UInt16
    private let process: ChildProcess

    /// Starts it.
    ///
    /// - Parameter certificate: `right`, `wrong` (another host's) or `expired`.
    public init(_ fixture: TLSFixture, certificate: String) throws {
        let path = fixture.directory + "/server.py"
        guard let file = fopen(path, "w") else { throw ChildProcess.Failure(description: "no script") }
        fputs(Self.script, file)
        fclose(file)
        process = try ChildProcess(
            shell: "python3 \(path) \(fixture.directory)/\(certificate).pem \(fixture.directory)/\(certificate).key"
        )
        guard let line = process.readLine(), let port = UInt16(line) else {
            throw ChildProcess.Failure(description: "the server does not start")
        }
        self.port = port
    }

    /// What happens next: `accepted`, `request <path>`, `closed` or `failed`.
    public func nextEvent() -> String? { process.readLine() }

    /// Ends it.
    public func stop() { process.stop() }

    /// Where a path is.
    public func url(_ path: String = "/") -> String { "https://127.0.0.1:\(port)\(path)" }

    private static let script = """
        import socket, ssl, sys, threading

        lock = threading.Lock()

        def say(text):
            with lock:
                print(text, flush=True)

        def serve(raw):
            try:
                connection = context.wrap_socket(raw, server_side=True)
            except (ssl.SSLError, OSError):
                raw.close()
                say("failed")
                return
            say("accepted")
            stream = connection.makefile("rb")
            count = 0
            try:
                while True:
                    path = stream.readline().split(b" ")[1].decode()
                    while stream.readline().strip():
                        pass
                    count += 1
                    say("request " + path)
                    if path != "/drop":
                        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\n%d" % count)
                    if path in ("/goodbye", "/drop"):
                        connection.settimeout(5)
                        try:
                            connection.unwrap()
                        except OSError:
                            pass
                        break
            except (IndexError, OSError):
                pass
            stream.close()
            connection.close()
            say("closed")

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0))
        say(listener.getsockname()[1])
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw,), daemon=True).start()
        """
}
