import Testing

@testable import WeChatSimulator

@Suite struct `A whitelist of addresses` {
    @Test(arguments: [
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false),
        ("10.1.2.*", "10.1.2.255", true), ("10.1.2.*", "10.1.3.0", false),
        ("10.1.2.128/25", "10.1.2.200", true), ("10.1.2.128/25", "10.1.2.127", false),
        ("10.1.2.3/16", "10.1.255.255", true), ("0.0.0.0/0", "8.8.8.8", true), ("10.1.2.3/32", "10.1.2.2", false),
        ("::1", "::1", true), ("::1", "::2", false), ("10.1.2.3", "::1", false), ("2001:db8::/32", "2001:db8::7", true),
        ("10.1.2.3", "no address", false),
    ])
    func `takes single addresses, wildcards and ranges`(entry: String, ip: String, isListed: Bool) throws {
        #expect(try #require(IPWhiteList([entry])).contains(ip) == isListed)
    }

    @Test(arguments: [
        "", "10.1.2", "10.1.2.256", "10.1.2.3:80", "10.1.2.3/33", "10.1.*.*", "a.b.c.d", "10.1.2.3/", "1/2/3",
    ])
    func `refuses what is no address`(entry: String) {
        #expect(IPWhiteList([entry]) == nil)
    }

    @Test func `takes ten entries and not eleven`() {
        #expect(IPWhiteList(Array(repeating: "10.0.0.1", count: 10)) != nil)
        #expect(IPWhiteList(Array(repeating: "10.0.0.1", count: 11)) == nil)
    }
}
