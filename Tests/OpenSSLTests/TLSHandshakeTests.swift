import COpenSSL
import Testing

@testable import OpenSSL

@Suite struct TLSHandshakeTests {
    @Test(arguments: [(TLS1_3_VERSION, "TLSv1.3"), (TLS1_2_VERSION, "TLSv1.2")])
    func `two ends agree, and what one sends the other reads`(newest: Int32, version: String) throws {
        let pair = try TLSPair(TLSPair.Contexts(newest: newest))
        pair.run()
        #expect(pair.clientStep == .complete && pair.serverStep == .complete)
        #expect(pair.client.version == version)
        try pair.exchange()
        #expect(pair.atServer.text == "request" && pair.atClient.text == "reply")
        #expect(!pair.client.isResumed)
    }

    @Test(arguments: [TLS1_3_VERSION, TLS1_2_VERSION])
    func `it makes no difference where the bytes are cut`(newest: Int32) throws {
        let contexts = try TLSPair.Contexts(newest: newest)
        for size in Array(1...40) + [100, 500, 1000] {
            let pair = try TLSPair(contexts)
            pair.pieceBytes = size
            pair.run()
            try pair.exchange()
            #expect(pair.atServer.text == "request" && pair.atClient.text == "reply", "in pieces of \(size)")
        }
    }

    @Test(arguments: [TLS1_3_VERSION, TLS1_2_VERSION])
    func `neither does one cut at any single byte of the server's flight`(newest: Int32) throws {
        let contexts = try TLSPair.Contexts(newest: newest)
        var cut = 1
        var flight = Int.max
        while cut < flight {
            let pair = try TLSPair(contexts)
            pair.deliver(pair.output(of: pair.client), toServer: true)
            let bytes = pair.output(of: pair.server)
            flight = bytes.count
            // Signatures differ in length: this flight may be shorter than the one before.
            guard cut < flight else { return }
            pair.deliver(Array(bytes[..<cut]), toServer: false)
            guard pair.clientStep == .incomplete || newest == TLS1_3_VERSION else {
                Issue.record("complete after \(cut) of \(flight) bytes")
                return
            }
            pair.deliver(Array(bytes[cut...]), toServer: false)
            pair.run()
            #expect(pair.clientStep == .complete && pair.serverStep == .complete, "cut after \(cut) of \(flight)")
            cut += 1
        }
    }

    @Test(arguments: ["api.test", "API.test", "api.test.", "a.wild.test", "127.0.0.1", "::1"])
    func `a certificate is good for the hosts it names`(host: String) throws {
        let pair = try TLSPair(TLSPair.Contexts(), host: host)
        pair.run()
        #expect(pair.clientStep == .complete)
    }

    @Test(arguments: [
        ("other.test", 62), ("a.b.wild.test", 62), ("wild.test", 62), ("partly.partial.test", 62), ("right", 62),
        ("127.0.0.2", 64), ("::2", 64),
    ])
    func `and for no other`(host: String, fault: Int) throws {
        let pair = try TLSPair(TLSPair.Contexts(), host: host)
        pair.run()
        #expect(pair.clientStep == .failed(.certificate(fault: fault)))
        guard case .failed(let failure) = pair.clientStep else { return }
        #expect(failure.isOtherHost)
        #expect(throws: TLSFailure.closed) { try pair.client.send("request") }
        #expect(pair.atServer.isEmpty)
    }

    @Test(arguments: [
        // X509_V_ERR_CERT_HAS_EXPIRED, …_DEPTH_ZERO_SELF_SIGNED_CERT, …_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, and a common
        // name where a name is wanted.
        ("expired", "ca", 10), ("self", "ca", 18), ("right", "stranger", 20), ("common", "ca", 62),
    ])
    func `a certificate that is not good is told by its number, to the server as well`(
        certificate: String,
        authority: String,
        fault: Int
    ) throws {
        for newest in [TLS1_3_VERSION, TLS1_2_VERSION] {
            let contexts = try TLSPair.Contexts(certificate: certificate, trusting: authority, newest: newest)
            let pair = try TLSPair(contexts)
            pair.run()
            #expect(pair.clientStep == .failed(.certificate(fault: fault)))
            guard case .failed(.refused(let alert)) = pair.serverStep else {
                Issue.record("the server stands at \(pair.serverStep)")
                continue
            }
            #expect(alert.reason.contains("alert"))
        }
    }

    @Test func `the system's authorities do not vouch for ours`() throws {
        let pair = try TLSPair(TLSPair.Contexts(trusting: nil))
        pair.run()
        #expect(pair.clientStep == .failed(.certificate(fault: 20)))
    }

    @Test func `what is trusted may be the certificate itself`() throws {
        for (certificate, trusted) in [("right", "right"), ("self", "self")] {
            let pair = try TLSPair(TLSPair.Contexts(certificate: certificate, trusting: trusted))
            pair.run()
            #expect(pair.clientStep == .complete)
        }
    }

    @Test func `a file of authorities that cannot be read is an error, not trust`() throws {
        let files = try #require(TLSCertificates.shared)
        #expect(throws: OpenSSLError.self) { try TLSContext.client(caFile: files.directory + "/missing.pem") }
        #expect(throws: OpenSSLError.self) { try TLSContext.client(caFile: files.key("ca")) }
        #expect(throws: OpenSSLError.self) { try TLSContext.client(caFile: "") }
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a key of another certificate is an error`() throws {
        let files = try #require(TLSCertificates.shared)
        #expect(throws: OpenSSLError.self) {
            try TLSContext.server(certificateFile: files.certificate("right"), keyFile: files.key("ca"))
        }
    }

    @Test(arguments: [
        "", ".", ".test", "a..test", "api.test/", "api test", "[::1]", "*.test", "ap\u{0}i.test", "bücher",
    ])
    func `what is no host is refused before libssl can take it for no check`(host: String) throws {
        let contexts = try TLSPair.Contexts()
        #expect(ReferenceIdentity(host) == nil)
        #expect(throws: OpenSSLError.self) { try TLSSession.client(contexts.client, host: host) }
    }

    @Test func `the server learns a name, but no address`() throws {
        func first(_ host: String) throws -> [UInt8] {
            let pair = try TLSPair(TLSPair.Contexts(), host: host)
            return pair.output(of: pair.client)
        }
        // The name_list of RFC 6066 section 3: type host_name, length, name.
        #expect(try first("api.test.").contains([0, 0, 8] + Array("api.test".utf8)))
        #expect(try !first("127.0.0.1").contains(Array("127.0.0.1".utf8)))
        #expect(try !first("::1").contains(Array("::1".utf8)))
    }

    @Test func `HTTP 1.1 is offered and nothing else`() throws {
        let pair = try TLSPair(TLSPair.Contexts())
        // The ProtocolNameList of RFC 7301 section 3.1 with its lengths.
        #expect(pair.output(of: pair.client).contains([0, 16, 0, 11, 0, 9, 8] + Array("http/1.1".utf8)))
    }

    @Test func `the server refuses a client that speaks only something else`() throws {
        let contexts = try TLSPair.Contexts()
        let pair = try TLSPair(contexts)
        var hello = pair.output(of: pair.client)
        let offer = try #require(hello.firstRange(of: Array("http/1.1".utf8)))
        hello.replaceSubrange(offer, with: Array("http/9.9".utf8))
        pair.deliver(hello, toServer: true)
        guard case .failed(.refused(let error)) = pair.serverStep else {
            Issue.record("the server stands at \(pair.serverStep)")
            return
        }
        #expect(error.reason.contains("application protocol"))
        #expect(pair.server.outputCount > 0, "no alert")
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}", "\0\0\0\0\0\0\0\0"])
    func `garbage is no handshake`(garbage: String) throws {
        let pair = try TLSPair(TLSPair.Contexts())
        _ = pair.output(of: pair.client)
        pair.deliver(Array(garbage.utf8), toServer: false)
        guard case .failed(.refused) = pair.clientStep else {
            Issue.record("the client stands at \(pair.clientStep)")
            return
        }
        #expect(ERR_peek_error() == 0)
        // Whatever comes after a failure changes nothing.
        pair.deliver(Array("more".utf8), toServer: false)
        #expect(pair.client.receiveEnd() == pair.clientStep)
    }

    @Test func `errors that others left in the queue are not ours`() throws {
        ERR_new()
        ERR_set_debug(#file, 1, #function)
        let pair = try TLSPair(TLSPair.Contexts())
        pair.run()
        #expect(pair.clientStep == .complete)
    }
}

extension [UInt8] {
    fileprivate func contains(_ other: [UInt8]) -> Bool { firstRange(of: other) != nil }

    fileprivate func firstRange(of other: [UInt8]) -> Range<Int>? {
        guard count >= other.count else { return nil }
        for start in 0...(count - other.count) where self[start..<(start + other.count)].elementsEqual(other) {
            return start..<(start + other.count)
        }
        return nil
    }
}
