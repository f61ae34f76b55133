import HTTP
import HTTPServer
import Logging
import Testing

@testable import Gateway

@Suite struct ClientAddressesTests {
    private static let proxies = ["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"]

    private func addresses(_ trusted: [String] = proxies, _ logger: Logger? = nil) throws -> ClientAddresses {
        let ranges = try trusted.map { try #require(AddressRange($0)) }
        return ClientAddresses(trusted: ranges, logger: logger ?? LogRecorder().logger())
    }

    private func address(of ip: String, _ forwarded: [String], trusted: [String] = proxies) throws -> String? {
        let headers = Headers(forwarded.map { ("X-Forwarded-For", $0) })
        return try addresses(trusted).address(of: GatewaySamples.request(headers: headers, ip: ip))
    }

    @Test(arguments: ["198.51.100.1", "::1", "2001:db8::1"]) func `without the header the client is who connects`(
        ip: String
    ) throws {
        #expect(try address(of: ip, [], trusted: []) == ip)
        #expect(try address(of: ip, []) == ip)
    }

    /// Header lines as the trusted proxy 10.0.0.1 sends them, and the client.
    @Test(
        arguments: [
            (["198.51.100.1"], "198.51.100.1"),
            // The rightmost that is not ours: what is left of it is the client's own invention.
            (["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (["1.1.1.1, 198.51.100.1, 10.2.3.4, 192.0.2.7"], "198.51.100.1"),
            (["not an address, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
            (["198.51.100.1,10.2.3.4"], "198.51.100.1"), ([" \t198.51.100.1\t , 10.2.3.4 "], "198.51.100.1"),
            // Several lines are one list (RFC 9110 section 5.3).
            (["1.1.1.1", "198.51.100.1", "10.2.3.4"], "198.51.100.1"),
            (["198.51.100.1", "10.2.3.4, 10.2.3.5"], "198.51.100.1"),
            (["2001:db8:2::1"], "2001:db8:2::1"), (["2001:DB8:2:0:0::1"], "2001:db8:2::1"),
            (["2001:db8:2::1, 2001:db8:1::9"], "2001:db8:2::1"),
            // IPv4 written as IPv6 is the IPv4 address, trusted or not.
            (["::ffff:198.51.100.1"], "198.51.100.1"), (["198.51.100.1, ::ffff:10.1.1.1"], "198.51.100.1"),
            (["::ffff:c633:6401"], "198.51.100.1"),
            // Nothing but our own proxies, or something that is no address before an address is found: nobody knows.
            (["10.2.3.4"], nil), (["10.2.3.4, 192.0.2.7"], nil), ([""], nil), ([","], nil), (["198.51.100.1,"], nil),
            (["198.51.100.1, unknown"], nil), (["198.51.100.1, _hidden, 10.2.3.4"], nil),
            (["198.51.100.1:4711"], nil), (["[2001:db8:2::1]"], nil), (["[2001:db8:2::1]:80"], nil),
            (["fe80::1%eth0"], nil), (["198.51.100"], nil), (["198.51.100.256"], nil), (["0x7f.1"], nil),
            (["198.51. 100.1"], nil), (["198.51.100.1 10.2.3.4"], nil), (["1 98.51.100.1, 10.2.3.4"], nil),
        ] as [([String], String?)]
    ) func `from a trusted proxy the client is the rightmost address that is not one`(
        forwarded: [String],
        client: String?
    ) throws {
        #expect(try address(of: "10.0.0.1", forwarded) == client)
    }

    @Test func `a proxy that is known by a dual-stack socket's name or by IPv6 is trusted too`() throws {
        #expect(try address(of: "::ffff:10.0.0.1", ["198.51.100.1"]) == "198.51.100.1")
        #expect(try address(of: "2001:db8:1::5", ["198.51.100.1"]) == "198.51.100.1")
    }

    @Test func `a trusted proxy that sends no header says nothing about its clients`() throws {
        #expect(try address(of: "10.0.0.1", []) == nil)
    }

    @Test(arguments: ["198.51.100.9", "192.0.2.8", "2001:db8:2::5"])
    func `a header from anyone else says nothing, and a warning says so once`(ip: String) throws {
        let log = LogRecorder()
        let addresses = try addresses(Self.proxies, log.logger())
        let forged = try GatewaySamples.request(headers: ["X-Forwarded-For": "198.51.100.1"], ip: ip)
        for _ in 0..<3 { #expect(addresses.address(of: forged) == nil) }
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("warning ") == true)
        #expect(log.lines.first?.contains("WXGATE_TRUSTED_PROXIES") == true)
        #expect(log.lines.first?.contains("198.51.100.1") == false)
        // Who sends none is still known.
        #expect(addresses.address(of: try GatewaySamples.request(ip: ip)) == ip)
    }

    @Test func `without trusted proxies every header is of anyone else`() throws {
        #expect(try address(of: "10.0.0.1", ["198.51.100.1"], trusted: []) == nil)
        #expect(try address(of: "10.0.0.1", [""], trusted: []) == nil)
    }

    @Test func `what is fine is not warned about`() throws {
        let log = LogRecorder()
        let addresses = try addresses(Self.proxies, log.logger())
        _ = addresses.address(of: try GatewaySamples.request(ip: "198.51.100.1"))
        _ = addresses.address(of: try GatewaySamples.request(headers: ["X-Forwarded-For": "1.1.1.1"], ip: "10.0.0.1"))
        #expect(log.lines.isEmpty)
    }

    @Test(
        arguments: [
            ("198.51.100.9", [], "198.51.100.9"), ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["2001:db8:2::1"], "2001:db8:2::ffff"), ("2001:db8:2::1", [], "2001:db8:2::2"),
            ("::ffff:198.51.100.9", [], "198.51.100.9"),
            // What cannot be believed counts for who connects: no header evades a limit.
            ("198.51.100.9", ["203.0.113.1"], "198.51.100.9"), ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ] as [(String, [String], String)]
    ) func `a limit counts the client that can be believed, else who connects`(
        ip: String,
        forwarded: [String],
        counted: String
    ) throws {
        let request = try GatewaySamples.request(headers: Headers(forwarded.map { ("X-Forwarded-For", $0) }), ip: ip)
        #expect(try addresses().limitKey(of: request) == AddressKey(counted))
    }
}
