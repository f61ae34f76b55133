import Foundation
import Testing

@testable import WeChatSimulator

/// Replies of WeChat that were seen in the wild, verbatim; the tests of the client read the same file.
private let seenBodies: [String] = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "WeChatTests/Fixtures/error-bodies.jsonl")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
}()

@Suite struct `An error reply` {
    @Test func `is byte for byte what WeChat sends on the code exchange`() {
        let rendered: [(WeChatFailure, rid: String, hint: String)] = [
            (.sns(40029), "66c69111-4157f271-729ca238", ""),
            (.sns(40163), "6166f719-6cb5d09c-633ab469", ""),
            (.sns(40013), "664ef1ea-61270f43-2b492c40", ""),
            (.sns(40125), "66b5fb8f-5e3c0071-3d7f539a", ""),
            (.sns(41002), "619c7771-0a02d499-79942718", ""),
            (WeChatFailure.Family.sns.addressRefused(ip: "14.22.81.196"), "66222748-63805354-3e7bbd7f", ""),
            (.sns(45011), "658c03c7-029c8f19-07211e07", ""),
            (.sns(45009), "6303397c-165f2a7b-1fc0a118", ""),
            (.sns(40226), "", "qEjdmsNre-EYNDhA"),
            (.sns(-1), "6128f1e4-67a7403c-455b6876", ""),
        ]
        // The list of the fixture starts with these ten, in this order.
        #expect(seenBodies.count == 35)
        let bodies = rendered.map { String(decoding: $0.0.body(rid: $0.rid, hint: $0.hint), as: UTF8.self) }
        #expect(bodies == Array(seenBodies.prefix(10)))
    }

    @Test func `has the shapes of the other families too`() {
        let failures: [(WeChatFailure, rid: String, hint: String)] = [
            (WeChatFailure(-1, "system error", tail: .rid), "621361a0-517390f9-41f464e7", ""),
            (WeChatFailure(-1, "system error", tail: .hintAndRid), "654240d4-0f028fa8-266a41b6", "gJafs0mre-.4p9.a"),
            (WeChatFailure(40029, "invalid code", tail: .hintAndRid), "6437cc6f-48613c7c-0bdbbd0d", "qigBTVNre-vXl5ra"),
            (.cgi(41030), "61e12b6f-053131ca-0e4a5244", ""),
            (.cgi(40169), "669e174a-303bcbd1-71c3ffbf", ""),
            (.cgi(42001), "68aeab00-21ea7900-3a442400", ""),
            (.cgi(40001), "622029dd-23ac4086-5668d53d", ""),
        ]
        for (failure, rid, hint) in failures {
            #expect(seenBodies.contains(String(decoding: failure.body(rid: rid, hint: hint), as: UTF8.self)))
        }
    }

    @Test func `has the lengths that WeChat's own Content-Length headers had`() {
        let rid = "66c69111-4157f271-729ca238"
        #expect(WeChatFailure.sns(40029).body(rid: rid, hint: "").count == 74)
    }

    @Test func `shows an IPv6 client as it is`() throws {
        let body = WeChatFailure.Family.sns.addressRefused(ip: "2001:db8::1").body(rid: "r", hint: "")
        #expect(
            try json(body)["errmsg"] as? String == "invalid ip 2001:db8::1 ipv6 2001:db8::1, not in whitelist, rid: r"
        )
    }

    @Test func `has some text for a number that nobody knows`() throws {
        #expect(
            try json(WeChatFailure.sns(12345).body(rid: "r", hint: ""))["errmsg"] as? String
                == "simulated error, rid: r"
        )
    }
}
