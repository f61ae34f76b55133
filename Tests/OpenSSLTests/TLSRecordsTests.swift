import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

@Suite struct TLSRecordsTests {
    private func open(newest: Int32 = TLS1_3_VERSION) throws -> TLSPair {
        let pair = try TLSPair(TLSPair.Contexts(newest: newest))
        pair.run()
        #expect(pair.clientStep == .complete && pair.serverStep == .complete)
        return pair
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 300_000]) func `as much as one likes goes over`(
        count: Int
    ) throws {
        for newest in [TLS1_3_VERSION, TLS1_2_VERSION] {
            let pair = try open(newest: newest)
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try pair.client.send(bytes)
            pair.run()
            try pair.server.send(bytes)
            pair.run()
            #expect(pair.atServer == bytes && pair.atClient == bytes)
        }
    }

    @Test func `it arrives the same in pieces of any size`() throws {
        var random = SeededGenerator(seed: 4)
        let pair = try open()
        var sent: [UInt8] = []
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 1...3000, using: &random)).map { UInt8(truncatingIfNeeded: $0) }
            try pair.client.send(bytes)
            sent += bytes
            pair.pieceBytes = Int.random(in: 1...700, using: &random)
            pair.run()
        }
        #expect(pair.atServer == sent)
    }

    @Test func `each answer may be given from within the call that hands out the question`() throws {
        let pair = try open()
        try pair.client.send("one")
        try pair.client.send("two")
        let ciphertext = pair.output(of: pair.client)
        var questions: [String] = []
        let step = pair.server.receive(ciphertext.span.bytes) { bytes in
            let text = bytes.withUnsafeBytes { Array($0) }.text
            questions.append(text)
            try? pair.server.send("answer to \(text);")
        }
        #expect(step == .complete)
        #expect(questions == ["one", "two"])
        pair.run()
        #expect(pair.atClient.text == "answer to one;answer to two;")
    }

    @Test
    func `the last record of what came is told from those before it and from one with a part of the next behind it`()
        throws
    {
        let pair = try open()
        for text in ["one", "two", "three"] { try pair.client.send(text) }
        let ciphertext = pair.output(of: pair.client)
        var told: [Bool] = []
        for piece in [ciphertext[..<(ciphertext.count - 5)], ciphertext[(ciphertext.count - 5)...]] {
            _ = pair.server.receive(piece.span.bytes) { _, isLast in told.append(isLast) }
        }
        #expect(told == [false, false, true])
    }

    @Test func `no more waits to be drained than the bound, and nothing is lost for it`() throws {
        let pair = try open()
        let piece = [UInt8](repeating: 7, count: 100_000)
        var taken = 0
        do throws(TLSFailure) {
            for _ in 0..<20 {
                try pair.client.send(piece)
                taken += piece.count
            }
        } catch {
            #expect(error == .overflow)
        }
        #expect(taken > 500_000 && pair.client.outputCount <= TLSSession.outputBytesMax)
        pair.run()
        #expect(pair.atServer.count == taken)
        try pair.client.send(piece)
        pair.run()
        #expect(pair.atServer.count == taken + piece.count)
    }

    @Test func `what is drained stays whole while more is sent`() throws {
        let pair = try open()
        try pair.client.send("first")
        var drained: [UInt8] = []
        pair.client.drain { bytes in
            try? pair.client.send([UInt8](repeating: 1, count: 50_000))
            bytes.withUnsafeBytes { drained += $0 }
        }
        pair.deliver(drained, toServer: true)
        #expect(pair.atServer.text == "first")
        pair.run()
        #expect(pair.atServer.count == 50_005)
    }

    @Test(arguments: [TLS1_3_VERSION, TLS1_2_VERSION])
    func `each end sees the other's goodbye, after all that was sent`(
        newest: Int32
    ) throws {
        let pair = try open(newest: newest)
        try pair.server.send("last words")
        pair.server.close()
        pair.server.close()
        pair.run()
        #expect(pair.atClient.text == "last words")
        #expect(pair.clientStep == .ended)
        #expect(pair.client.receiveEnd() == .ended)
        #expect(throws: TLSFailure.closed) { try pair.server.send("more") }
        #expect(throws: TLSFailure.closed) { try pair.client.send("more") }
        pair.client.close()
        pair.run()
        #expect(pair.serverStep == .ended)
    }

    @Test func `an end without a goodbye is a failure, in and after the handshake`() throws {
        let pair = try open()
        try pair.server.send("half")
        pair.run()
        #expect(pair.client.receiveEnd() == .failed(.truncated))
        #expect(throws: TLSFailure.closed) { try pair.client.send("more") }
        let early = try TLSPair(TLSPair.Contexts())
        #expect(early.client.receiveEnd() == .failed(.truncated))
        #expect(throws: TLSFailure.closed) { try early.server.send("more") }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 4, 20])
    func `a record that has begun behind another is told`(newest: Int32, count: Int) throws {
        let pair = try open(newest: newest)
        #expect(!pair.client.hasPartialRecord)
        try pair.server.send("one")
        let one = pair.output(of: pair.server)
        try pair.server.send("two")
        let two = pair.output(of: pair.server)
        pair.deliver(one + two.prefix(count), toServer: false)
        #expect(pair.atClient.text == "one")
        #expect(pair.client.hasPartialRecord)
        pair.deliver(Array(two.dropFirst(count)), toServer: false)
        #expect(pair.atClient.text == "onetwo")
        #expect(!pair.client.hasPartialRecord)
    }

    @Test func `half a record is nothing, and an end after it a failure`() throws {
        let pair = try open()
        try pair.server.send("whole or nothing")
        let ciphertext = pair.output(of: pair.server)
        pair.deliver(Array(ciphertext.dropLast()), toServer: false)
        #expect(pair.clientStep == .complete && pair.atClient.isEmpty)
        #expect(pair.client.receiveEnd() == .failed(.truncated))
    }

    @Test func `one flipped bit anywhere in a record is a failure, told to the other end`() throws {
        let contexts = try TLSPair.Contexts()
        for index in 0..<27 {
            let pair = try TLSPair(contexts)
            pair.run()
            try pair.server.send("reply")
            var ciphertext = pair.output(of: pair.server)
            // The bytes of the length would only make libssl wait for more, or refuse it at once.
            if index == 3 || index == 4 { continue }
            ciphertext[min(index, ciphertext.count - 1)] ^= 1
            pair.deliver(ciphertext, toServer: false)
            guard case .failed(.refused) = pair.clientStep else {
                Issue.record("byte \(index): the client stands at \(pair.clientStep)")
                continue
            }
            #expect(pair.atClient.isEmpty)
            #expect(ERR_peek_error() == 0)
            pair.run()
            guard case .failed(.refused) = pair.serverStep else {
                Issue.record("byte \(index): the server stands at \(pair.serverStep)")
                continue
            }
        }
    }

    @Test func `a record twice is a failure`() throws {
        let pair = try open()
        try pair.server.send("reply")
        let ciphertext = pair.output(of: pair.server)
        pair.deliver(ciphertext, toServer: false)
        pair.deliver(ciphertext, toServer: false)
        #expect(pair.atClient.text == "reply")
        guard case .failed(.refused) = pair.clientStep else {
            Issue.record("the client stands at \(pair.clientStep)")
            return
        }
    }
}
