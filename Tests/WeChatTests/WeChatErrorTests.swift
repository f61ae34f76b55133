import Testing
import WeChat

@Suite struct WeChatErrorTests {
    @Test func `every body seen in the wild comes to its errcode, words, rid and meaning`() throws {
        let bodies = try ErrorBodies.load()
        #expect(bodies.count == ErrorBodies.expected.count)
        for (body, row) in zip(bodies, ErrorBodies.expected) {
            let refusal = try #require(self.refusal(of: body))
            #expect(refusal.errcode == row.errcode)
            #expect(refusal.errmsg == row.errmsg)
            #expect(refusal.rid == row.rid)
            #expect(kind(of: .refused(refusal)) == row.kind)
        }
    }

    private func refusal(of body: [UInt8]) -> WeChatRefusal? {
        do throws(WeChatError) {
            _ = try Code2SessionReply.parse(status: 200, body: body)
            return nil
        } catch {
            return error.refusal
        }
    }

    private func kind(of error: WeChatError) -> ErrorBodies.Kind? {
        switch error {
        case .busy: .busy
        case .invalidCode: .invalidCode
        case .codeUsed: .codeUsed
        case .userBlocked: .userBlocked
        case .rateLimited: .rateLimited
        case .misconfigured: .misconfigured
        case .invalidAccessToken: .invalidAccessToken
        case .unexpectedErrcode: .unexpected
        default: nil
        }
    }

    @Test(arguments: [
        (-1, ErrorBodies.Kind.busy), (40029, .invalidCode), (41008, .invalidCode), (40163, .codeUsed),
        (40226, .userBlocked), (45011, .rateLimited), (45009, .rateLimited), (40013, .misconfigured),
        (40125, .misconfigured), (40164, .misconfigured), (40243, .misconfigured), (41002, .misconfigured),
        (41004, .misconfigured), (41030, .misconfigured), (48001, .misconfigured), (50002, .misconfigured),
        (89500, .misconfigured), (89503, .misconfigured), (89599, .misconfigured), (89499, .unexpected),
        (89600, .unexpected), (40001, .invalidAccessToken), (40014, .invalidAccessToken), (42001, .invalidAccessToken),
        (40002, .unexpected), (1, .unexpected),
        (-2, .unexpected), (Int.max, .unexpected), (44990, .rateLimited), (44991, .rateLimited), (44993, .rateLimited),
        (40165, .misconfigured), (45063, .misconfigured), (85079, .misconfigured), (85401, .misconfigured),
        (85402, .misconfigured), (85407, .misconfigured), (85408, .misconfigured), (40212, .unexpected),
    ])
    func `errcodes mean what the contract says, and only -1 may be retried`(errcode: Int, expected: ErrorBodies.Kind) {
        let error = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: ""))
        #expect(kind(of: error) == expected)
        #expect(error.isRetryable == (errcode == -1))
        #expect(error.refusal?.errcode == errcode)
    }

    @Test func `what WeChat did not say is neither a refusal nor retryable`() {
        for error: WeChatError in [
            .invalidReply(reason: "x"), .connection(reason: "x"), .timeout, .overloaded, .cancelled,
        ] {
            #expect(error.refusal == nil)
            #expect(!error.isRetryable)
            #expect(!error.description.isEmpty)
        }
    }
}

@Suite struct WeChatRefusalTests {
    static let id = "66c69111-4157f271-729ca238"

    @Test(arguments: [
        ("invalid code, rid: \(id)", "invalid code"),
        ("invalid code rid: \(id)", "invalid code"),
        ("invalid code, rid:\(id)", "invalid code"),
        ("invalid code,rid:\(id)", "invalid code"),
        ("rid: \(id)", ""),
        ("rid:\(id)", ""),
        (" rid: \(id)", ""),
        ("rid: none, rid: \(id)", "rid: none"),
        ("rid: rid: \(id)", "rid:"),
        ("before, rid: \(id) and after", "before and after"),
    ])
    func `the rid is found behind every separator`(errmsg: String, words: String) {
        let refusal = WeChatRefusal(errcode: 1, errmsg: errmsg)
        #expect(refusal.rid == Self.id)
        #expect(refusal.errmsg == words)
    }

    @Test(arguments: [
        "", "rid:", "rid: ", "rid: xxx", "rid: 66c69111-4157f271-729ca23", "rid: 66c69111-4157f271-729ca23g",
        "rid: 66C69111-4157F271-729CA238", "rid: 66c691114-157f271-729ca238", "rid:  66c69111-4157f271-729ca238",
        "66c69111-4157f271-729ca238", "rid 66c69111-4157f271-729ca238", "rid: --------------------------",
    ])
    func `what only looks like a rid stays in the words`(errmsg: String) {
        let refusal = WeChatRefusal(errcode: 1, errmsg: errmsg)
        #expect(refusal.rid == nil)
        #expect(refusal.errmsg == String(errmsg.reversed().drop { $0 == " " }.reversed()))
    }

    @Test func `the words cannot break a log line or fill a disk`() {
        let nasty = "a\r\nb\u{0}c\u{1b}[31md\u{85}e\u{2028}f\u{202e}g\u{200b}h\u{7f}i"
        #expect(WeChatRefusal(errcode: 1, errmsg: nasty).errmsg == "abc[31mdefghi")
        let long = WeChatRefusal(errcode: 1, errmsg: String(repeating: "微", count: 1_000_000) + ", rid: \(Self.id)")
        #expect(long.errmsg == String(repeating: "微", count: 256))
        #expect(long.rid == Self.id)
    }

    @Test(arguments: [
        ("invalid appsecret 0123456789abcdef0123456789abcdef, sorry", "invalid appsecret …, sorry"),
        ("0123456789abcdef\u{0}0123456789abcdef", "…"),
        ("token=98_pqYXZ-pqYXZ-pqYXZ-pqYXZ-pqYXZ", "token=…"),
        ("code 0716AVll20uHk94SLDml27etM946AVlq used", "code … used"),
        ("27 only: 0123456789abcdef0123456789a", "27 only: 0123456789abcdef0123456789a"),
    ])
    func `what could be a secret is not among the words`(errmsg: String, words: String) {
        #expect(WeChatRefusal(errcode: 1, errmsg: errmsg).errmsg == words)
    }

    @Test func `one line says it all`() {
        #expect(
            "\(WeChatRefusal(errcode: -1, errmsg: "system error, rid: \(Self.id)"))"
                == "errcode -1, system error, rid \(Self.id)"
        )
        #expect("\(WeChatRefusal(errcode: 7, errmsg: ""))" == "errcode 7")
    }
}
