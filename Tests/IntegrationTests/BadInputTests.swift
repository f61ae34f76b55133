import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    @Suite struct BadInputTests {
        @Test func `the table is as long as was asked for, and no entry is there twice`() {
            #expect(BadInput.all.count >= 60)
            #expect(Set(BadInput.all.map(\.bytes)).count == BadInput.all.count)
        }

        @Test func `each bad input gets the contract's error, and connection and server stay healthy`() async throws {
            try await withGateway { harness in
                for input in BadInput.all { try Self.send(input, to: harness) }
                #expect(harness.simulator.counters.requests.keys.allSatisfy { $0 == TokenPath.stable })
            }
        }

        private static func send(_ input: BadInput, to harness: GatewayHarness) throws {
            let raw = try RawClient(port: harness.port)
            raw.send(input.bytes)
            let reply: HTTPReply
            do {
                reply = try HTTPReply(Array(raw.readReply().utf8))
            } catch {
                Issue.record("\(input.name): no reply, \(error)")
                return
            }
            let json = expectProblem(reply, input.status, input.error, detail: input.detail, with: input.further)
            let context: Comment = "\(input.name): \(reply.text)"
            #expect(json["error"] as? String == input.error, context)
            #expect((json["detail"] as? String)?.contains(input.detail ?? "") == true, context)
            #expect(reply["allow"] == input.allow, context)
            if reply.status == 401 { #expect(reply["www-authenticate"] != nil, context) }
            if input.isKept {
                #expect(reply["connection"] != "close", context)
                raw.send(KeepAliveClient.bytes("GET", "/healthz"))
                #expect(try raw.readReply().hasPrefix("HTTP/1.1 200 "), context)
            } else {
                #expect(reply["connection"] == "close", context)
                raw.shutdownWriting()
                #expect(raw.readToEnd().isEmpty, context)
            }
            #expect(try harness.connect().get("/healthz").status == 200, context)
        }

        @Test func `bad input does not disturb a login on another connection`() async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 200) }) { harness in
                let client = try harness.connect()
                client.sendLogin(try harness.code(of: "o-calm"))
                try waitUntil { harness.upstreamRequests() == 1 }
                for input in BadInput.unreadableOnes { try Self.send(input, to: harness) }
                try expectLogin(client.reply(), openid: "o-calm", isNew: true)
            }
        }

        @Test func `a pipelined request behind a bad one is answered, behind an unreadable one not`() async throws {
            try await withGateway { harness in
                let good = KeepAliveClient.bytes("GET", "/healthz")
                let raw = try RawClient(port: harness.port)
                raw.send(KeepAliveClient.bytes("GET", "/nowhere") + good + Array("garbage\r\n\r\n".utf8) + good)
                #expect(try raw.readReply().hasPrefix("HTTP/1.1 404 "))
                #expect(try raw.readReply().hasPrefix("HTTP/1.1 200 "))
                #expect(try raw.readReply().hasPrefix("HTTP/1.1 400 "))
                #expect(raw.readToEnd().isEmpty)
            }
        }
    }
}
