import ArgumentParser
import Testing

@testable import wxbench

@Suite struct OptionValueTests {
    @Test(arguments: [("500ms", 0.5), ("10s", 10), ("2m", 120), ("250us", 0.00025), ("0", 0), ("1.5s", 1.5)])
    func `a span of time is read with its unit`(text: String, seconds: Double) {
        #expect(abs((TimeSpan(text)?.seconds ?? -1) - seconds) < 1e-12)
    }

    @Test(arguments: ["", "10", "s", "-1s", "1e3s", "10 s", "2d", "100000s", "1..5s"])
    func `what is no span of time is refused`(text: String) { #expect(TimeSpan(text) == nil) }

    @Test func `a share is a percentage or a fraction`() {
        #expect(ErrorShare(argument: "0.1%")?.share == 0.001)
        #expect(ErrorShare(argument: "0.25")?.share == 0.25)
        for text in ["", "%", "2", "101%", "-1%", "x"] { #expect(ErrorShare(argument: text) == nil) }
    }

    @Test func `source addresses are a range or a list`() {
        #expect(SourceAddresses(argument: "127.0.0.254-127.0.1.1")?.addresses.count == 4)
        #expect(
            SourceAddresses(argument: "127.0.0.2,127.0.0.4-127.0.0.5")?.addresses == [
                "127.0.0.2", "127.0.0.4", "127.0.0.5",
            ]
        )
        for text in ["", "127.0.0.5-127.0.0.2", "127.0.0", "127.0.0.256", "a", "1.0.0.0-2.0.0.0", "127.0.0.1-"] {
            #expect(SourceAddresses(argument: text) == nil, "\(text)")
        }
    }

    @Test func `a target is scheme, host and port`() throws {
        let plain = try #require(TargetURL("http://gate.example:8080/"))
        #expect(plain.host == "gate.example" && plain.port == 8080 && !plain.isSecure)
        #expect(plain.authority == "gate.example:8080")
        let secure = try #require(TargetURL("https://[::1]"))
        #expect(secure.host == "::1" && secure.port == 443 && secure.isSecure)
        #expect(secure.description == "https://[::1]")
        for text in [
            "", "http://", "gate", "ftp://a", "http://a:0", "http://a:99999", "http://a/b", "http://u@a", "http://a:",
        ] {
            #expect(TargetURL(text) == nil, "\(text)")
        }
    }

    @Test func `figures are short and grouped`() {
        #expect(Figures.short(0.1 + 0.2) == "0.3")
        #expect(Figures.short(12) == "12")
        #expect(Figures.fixed(-0.05, digits: 1) == "-0.1")
        #expect(Figures.grouped(1_234_567) == "1,234,567")
        #expect(Figures.grouped(12) == "12")
        #expect(["0.123", "1.23", "12.3", "1234"] == [0.1234, 1.234, 12.34, 1234].map(Figures.significant))
        #expect(Figures.bytes(1536) == "1.50 KiB")
    }
}

@Suite struct CommandLineTests {
    @Test func `limits are read with their units`() throws {
        let command = try #require(
            try WxbenchCommand.parseAsRoot([
                "exchange", "--p99", "50ms", "--p99.9", "1s", "--errors", "0.1%", "--min-rate", "1000",
            ]) as? ExchangeCommand
        )
        #expect(
            command.limits.limits == [
                Limit(name: "p99", measure: .latency(percentile: 99), bound: 50),
                Limit(name: "p99.9", measure: .latency(percentile: 99.9), bound: 1000),
                Limit(name: "errors", measure: .errors, bound: 0.001),
                Limit(name: "min-rate", measure: .rate, bound: 1000),
            ]
        )
    }

    @Test(arguments: [
        ["exchange", "--users", "5", "--codes", "minted"], ["exchange", "--rate", "0"], ["session", "--loops", "0"],
        ["session", "--connections", "1", "--loops", "2"], ["session", "--duration", "0"],
        ["session", "--url", "nowhere"],
        ["exchange", "--codes", "file:"], ["qr-hold", "--polls", "0"], ["compare", "a.json"], ["nothing"],
    ])
    func `wrong usage is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try WxbenchCommand.parseAsRoot(arguments) }
    }
}
