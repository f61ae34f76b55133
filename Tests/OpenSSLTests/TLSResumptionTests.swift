import COpenSSL
import Testing

@testable import OpenSSL

@Suite struct TLSResumptionTests {
    /// Talks to a host once and brings its ticket home.
    private func ticket(_ contexts: TLSPair.Contexts, host: String = "api.test") throws -> TLSTicket {
        let pair = try TLSPair(contexts, host: host)
        pair.run()
        try pair.exchange()
        return try #require(pair.client.takeTicket())
    }

    @Test(arguments: [TLS1_3_VERSION, TLS1_2_VERSION])
    func `a ticket saves the next session its certificates, and that one brings the next ticket`(
        newest: Int32
    ) throws {
        let contexts = try TLSPair.Contexts(newest: newest)
        var next = try ticket(contexts)
        for _ in 0..<3 {
            let pair = try TLSPair(contexts, resuming: next)
            pair.run()
            try pair.exchange()
            #expect(pair.client.isResumed && pair.server.isResumed)
            #expect(pair.atClient.text == "reply")
            if let newer = pair.client.takeTicket() { next = newer } else { #expect(newest == TLS1_2_VERSION) }
        }
    }

    @Test func `a ticket of TLS 1.3 serves once, and again it does no harm`() throws {
        let contexts = try TLSPair.Contexts()
        let ticket = try ticket(contexts)
        for isFirst in [true, false] {
            let pair = try TLSPair(contexts, resuming: ticket)
            pair.run()
            try pair.exchange()
            #expect(pair.client.isResumed == isFirst)
            #expect(pair.atClient.text == "reply")
        }
    }

    @Test(arguments: [TLS1_3_VERSION, TLS1_2_VERSION])
    func `a ticket of one host says nothing about another`(newest: Int32) throws {
        let contexts = try TLSPair.Contexts(newest: newest)
        let ticket = try ticket(contexts)
        let pair = try TLSPair(contexts, host: "other.test", resuming: ticket)
        pair.run()
        #expect(pair.clientStep == .failed(.certificate(fault: 62)))
        let address = try TLSPair(contexts, host: "127.0.0.1", resuming: ticket)
        address.run()
        #expect(address.clientStep == .complete && !address.client.isResumed)
    }

    @Test func `nor does it bring one context's trust into another`() throws {
        let ticket = try ticket(TLSPair.Contexts())
        let pair = try TLSPair(TLSPair.Contexts(trusting: "stranger"), resuming: ticket)
        pair.run()
        #expect(pair.clientStep == .failed(.certificate(fault: 20)))
    }

    @Test func `a server that does not know the ticket asks for the whole handshake`() throws {
        let old = try TLSPair.Contexts()
        let ticket = try ticket(old)
        let new = try TLSPair.Contexts()
        let client = try TLSSession.client(old.client, host: "api.test", resuming: ticket)
        let server = try TLSSession.server(new.server)
        _ = client.start()
        var steps = [TLSSession.Step.incomplete, .incomplete]
        for _ in 0..<4 {
            client.drain { bytes in steps[1] = server.receive(bytes) { _ in } }
            server.drain { bytes in steps[0] = client.receive(bytes) { _ in } }
        }
        #expect(steps == [.complete, .complete])
        #expect(!client.isResumed)
    }

    @Test func `a ticket outlives its session however that ended, and shows nothing`() throws {
        for newest in [TLS1_3_VERSION, TLS1_2_VERSION] {
            let contexts = try TLSPair.Contexts(newest: newest)
            for isClosed in [true, false] {
                let ticket = try {
                    let pair = try TLSPair(contexts)
                    pair.run()
                    try pair.exchange()
                    if isClosed { pair.client.close() } else { _ = pair.client.receiveEnd() }
                    return try #require(pair.client.takeTicket())
                }()
                let pair = try TLSPair(contexts, resuming: ticket)
                pair.run()
                #expect(pair.client.isResumed, "closed: \(isClosed)")
                #expect("\(ticket)" == "<TLSTicket, redacted>")
            }
        }
    }

    @Test func `a ticket is handed out once`() throws {
        let pair = try TLSPair(TLSPair.Contexts())
        pair.run()
        #expect(pair.client.takeTicket() != nil)
        #expect(pair.client.takeTicket() == nil)
        #expect(pair.server.takeTicket() == nil)
    }
}
