import Testing

@testable import WeChatSimulator

@Suite struct `An address to listen on` {
    @Test(arguments: [
        ("127.0.0.1:8090", "127.0.0.1", UInt16(8090), "127.0.0.1:8090"), ("0.0.0.0:0", "0.0.0.0", 0, "0.0.0.0:0"),
        ("[::1]:8090", "::1", 8090, "[::1]:8090"), (":8091", "127.0.0.1", 8091, "127.0.0.1:8091"),
        ("8091", "127.0.0.1", 8091, "127.0.0.1:8091"),
    ])
    func `is read as it stands on command lines`(text: String, host: String, port: UInt16, shown: String) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == shown)
    }

    @Test(arguments: [
        "", ":", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80", "[::1]",
        "1:+2",
    ])
    func `is nothing else`(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
