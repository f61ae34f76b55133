import Testing
import WeChat

@Suite struct UnlimitedCodeTests {
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10]
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]

    private func draw(
        _ script: [ScriptedUpstream.Act],
        _ parameters: @escaping @Sendable (CodeScene) -> UnlimitedCodeParameters = {
            UnlimitedCodeParameters(scene: $0)
        }
    ) async throws -> CallRecord<CodePicture> {
        let token = try #require(AccessToken("98_a"))
        let scene = try #require(CodeScene("a=1&b"))
        return try await record(script) { client, app throws(WeChatError) in
            try await client.unlimitedCode(app: app, parameters(scene), accessToken: token)
        }
    }

    /// A reply whose body is visible, so that the upstream can send it as text.
    private static let refusal = #"{"errcode":41030,"errmsg":"invalid page rid: 61e12b6f-053131ca-0e4a5244"}"#

    @Test func `one POST with what is set, and the token in the query`() async throws {
        let record = try await draw([.reply(Self.refusal)])
        #expect(record.requests == ["POST /wxa/getwxacodeunlimit?access_token=98_a HTTP/1.1"])
        #expect(record.bodies == [#"{"check_path":true,"env_version":"release","scene":"a=1&b"}"#])
        let refusal = WeChatRefusal(errcode: 41030, errmsg: "invalid page rid: 61e12b6f-053131ca-0e4a5244")
        #expect(record.error == .misconfigured(refusal))
        let full = try await draw([.reply(Self.refusal)]) {
            UnlimitedCodeParameters(scene: $0, page: "pages/a", checksPath: false, environment: .trial, width: 300)
        }
        let body =
            #"{"check_path":false,"env_version":"trial","page":"pages/a","scene":"a=1&b","width":300}"#
        #expect(full.bodies == [body])
    }

    @Test func `a picture may be larger than any JSON, but not endless`() async throws {
        // Neither is a picture, so both are refused: the one for what it is, the other before it is read.
        let large = try await draw([.reply(String(repeating: "x", count: 1 << 20))])
        #expect(large.error == .invalidReply(reason: "the body is not a JSON object of the expected shape"))
        let tooLarge = try await draw([.reply(String(repeating: "x", count: (1 << 20) + 1))])
        guard case .invalidReply(let reason) = tooLarge.error else {
            Issue.record("\(String(describing: tooLarge.error))")
            return
        }
        #expect(reason.hasPrefix("replyTooLarge"))
    }

    @Test func `the bytes tell the format`() throws {
        let jpeg = try UnlimitedCodeReply.parse(status: 200, body: Self.jpeg)
        #expect(jpeg.format == .jpeg && jpeg.bytes == Self.jpeg && jpeg.format.mediaType == "image/jpeg")
        let png = try UnlimitedCodeReply.parse(status: 200, body: Self.png)
        #expect(png.format == .png && png.bytes == Self.png && png.format.mediaType == "image/png")
    }

    @Test(
        arguments: [
            [], [0xFF, 0xD8], [0x89, 0x50, 0x4E], [0x47, 0x49, 0x46, 0x38], Array("{}".utf8), Array("<html>".utf8),
            Array(#"{"errcode":0,"errmsg":"ok"}"#.utf8),
        ] as [[UInt8]]
    )
    func `neither picture nor refusal is no answer`(body: [UInt8]) {
        do throws(WeChatError) {
            _ = try UnlimitedCodeReply.parse(status: 200, body: body)
            Issue.record("taken")
        } catch {
            guard case .invalidReply = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a picture of a proxy is none of WeChat's`() {
        #expect(throws: WeChatError.invalidReply(reason: "HTTP status 502")) {
            try UnlimitedCodeReply.parse(status: 502, body: Self.png)
        }
    }

    @Test(arguments: ["a", String(repeating: "x", count: 32), "!#$&'()*+,/:;=?@-._~", "0a1B"])
    func `scenes that WeChat takes`(text: String) {
        #expect(CodeScene(text)?.string == text)
    }

    @Test(arguments: ["", String(repeating: "x", count: 33), "a%20", "a b", "ä", "a\"", "scancode_time=1", "a\n"])
    func `scenes that it does not take`(text: String) {
        #expect(CodeScene(text) == nil)
    }
}
