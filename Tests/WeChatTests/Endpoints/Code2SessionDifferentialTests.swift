import TestSupport
import Testing

@testable import WeChat

/// The hand-written reader of code2Session's replies beside the way in which all other replies are read.
@Suite struct Code2SessionDifferentialTests {
    /// What both readers can come to, in words.
    private enum Verdict: Equatable {
        case session(WeChatSession)
        case error(WeChatError)
    }

    private func scanned(_ body: [UInt8]) -> Verdict {
        do throws(WeChatError) {
            return .session(try Code2SessionReply.parse(status: 200, body: body))
        } catch {
            return .error(error)
        }
    }

    private struct Members: Decodable {
        let openid: String?
        let unionid: String?
        let session_key: String?
    }

    private func decoded(_ body: [UInt8]) -> Verdict {
        do throws(WeChatError) {
            let reply = try JSONReply.parse(Members.self, status: 200, body: body)
            func isIdentifier(_ text: String) -> Bool {
                (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            }
            guard let openID = reply.openid, isIdentifier(openID) else {
                return .error(.invalidReply(reason: "no usable openid"))
            }
            guard let sessionKey = reply.session_key.flatMap({ SessionKey($0) }) else {
                return .error(.invalidReply(reason: "session_key is not the Base64 text of 16 bytes"))
            }
            let unionID = reply.unionid.flatMap { $0.isEmpty ? nil : $0 }
            guard unionID.map(isIdentifier) ?? true else {
                return .error(.invalidReply(reason: "no usable unionid"))
            }
            return .session(WeChatSession(openID: openID, unionID: unionID, sessionKey: sessionKey))
        } catch {
            return .error(error)
        }
    }

    private static let malformed = Verdict.error(
        .invalidReply(reason: "the body is not a JSON object of the expected shape")
    )

    private static let bodies: [String] = [
        #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#,
        #"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","#
            + #""unionid":"oTmHYjg-tElZ68xxxxxxxxhy1Rgk"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":0,"errmsg":"ok","#
            + #""x":{"y":[1,-2.5e3,{}]}}"#,
        #"{"openid":"\u006f1","session_key":"5tF5\u004buDigyB6e4m7FigHvw\u003d=","n":[null,true,false]}"#,
        #"{"errcode":"40029","errmsg":"invalid code, rid: 66c69111-4157f271-729ca238","openid":"o1"}"#,
    ]

    @Test func `the official vectors and the bodies seen in the wild are read alike`() throws {
        for body in try ErrorBodies.load() {
            #expect(scanned(body) == decoded(body))
            #expect(scanned(body) != Self.malformed)
        }
        for body in Self.bodies {
            #expect(scanned(Array(body.utf8)) == decoded(Array(body.utf8)))
            #expect(scanned(Array(body.utf8)) != Self.malformed)
        }
    }

    /// Each member of every type, alone and behind a first one.
    @Test func `members of any type are taken or refused alike, and of two with one name the first counts`() {
        let values = [
            "null", "true", "0", "1", "-1", "40029", "0.5", "0.0", "4.0029e4", "1e400", "-0", "40029.0", "1E2",
            "99999999999999999999", "9223372036854775807", "[]", "{}", "[0]", "\"\"", "\"0\"", "\"-1\"", "\"+40029\"",
            "\" 1\"", "\"ok\"", "\"o1\"", "\"o 1\"", "\"微\"", "\"\\u006f\"", "\"5tF5KuDigyB6e4m7FigHvw==\"",
            "\"5tF5KuDigyB6e4m7FigHvw\"",
        ]
        let session = #""openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==""#
        var sessions = 0
        for name in ["openid", "session_key", "unionid", "errcode", "errmsg", "other", "open\\u0069d"] {
            for value in values {
                for body in [
                    "{\"\(name)\":\(value)}", "{\"\(name)\":\(value),\(session)}", "{\(session),\"\(name)\":\(value)}",
                    "{\"errcode\":40029,\"\(name)\":\(value)}", "{\"\(name)\":\(value),\"errcode\":-1}",
                ] {
                    let verdict = scanned(Array(body.utf8))
                    #expect(verdict == decoded(Array(body.utf8)), "\(body)")
                    if case .session = verdict { sessions += 1 }
                }
            }
        }
        #expect(sessions > 100)
    }

    /// Foundation reads some of what is no JSON: the scanner refuses it, and says nothing else where it reads.
    @Test func `changed bodies are read alike or refused`() {
        var generator = SeededGenerator(seed: 15)
        let bytes = Array("\"\\,:{}[]0aeE-+. \n\u{7f}u".utf8) + [0x00, 0x80, 0xc3, 0xff]
        var (alike, refused) = (0, 0)
        for _ in 0..<20_000 {
            var body = Array((Self.bodies.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: body.remove(at: index)
                case 1: body.insert(body[Int.random(in: 0..<body.count, using: &generator)], at: index)
                default: body[index] = bytes.randomElement(using: &generator) ?? 0
                }
            }
            let (mine, theirs) = (scanned(body), decoded(body))
            if mine == theirs {
                if mine != Self.malformed { alike += 1 }
            } else {
                refused += 1
                #expect(mine == Self.malformed, "\(String(decoding: body, as: UTF8.self))")
            }
        }
        #expect(alike > 2_000)
        // The differences are few: trailing commas, broken escapes and numbers in members that nobody asks for.
        #expect(refused < 1_000)
    }

    @Test(arguments: [
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==",}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","x":"\ud800"}"#,
        #"{"errcode":40029,"errmsg":"\q"}"#,
    ]) func `what Foundation takes though it is no JSON is refused`(body: String) {
        #expect(decoded(Array(body.utf8)) != Self.malformed)
        #expect(scanned(Array(body.utf8)) == Self.malformed)
    }

    @Test func `nesting is bounded`() {
        for (depth, isRead) in [(126, true), (127, true), (128, false), (100_000, false)] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let body = #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","x":\#(nested)}"#
            #expect((scanned(Array(body.utf8)) != Self.malformed) == isRead)
        }
    }
}
