import HTTPServer
import Testing

@Suite struct AddressRangeTests {
    struct Row: Sendable {
        let range: String
        let inside: [String]
        let outside: [String]

        init(_ range: String, inside: [String], outside: [String]) {
            self.range = range
            self.inside = inside
            self.outside = outside
        }
    }

    @Test(
        arguments: [
            Row("192.0.2.1", inside: ["192.0.2.1", "::ffff:192.0.2.1"], outside: ["192.0.2.2", "::192.0.2.1"]),
            Row("10.0.0.0/8", inside: ["10.0.0.0", "10.255.255.255"], outside: ["9.255.255.255", "11.0.0.0"]),
            Row("10.1.2.3/8", inside: ["10.200.0.1"], outside: ["12.1.2.3"]),
            Row("192.0.2.128/25", inside: ["192.0.2.128", "192.0.2.255"], outside: ["192.0.2.127"]),
            Row("192.0.2.4/31", inside: ["192.0.2.4", "192.0.2.5"], outside: ["192.0.2.3", "192.0.2.6"]),
            Row("0.0.0.0/0", inside: ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], outside: ["::1", "::"]),
            Row("::1", inside: ["::1", "0:0:0:0:0:0:0:1"], outside: ["::2", "127.0.0.1", "0.0.0.1"]),
            Row("2001:db8::/32", inside: ["2001:db8::", "2001:db8:ffff::1"], outside: ["2001:db9::"]),
            Row("2001:db8::/64", inside: ["2001:db8::ffff:ffff:ffff:ffff"], outside: ["2001:db8:0:1::"]),
            Row("2001:db8::8/125", inside: ["2001:db8::8", "2001:db8::f"], outside: ["2001:db8::10"]),
            Row("fe80::/10", inside: ["febf::1"], outside: ["fec0::1"]),
            Row("::/0", inside: ["::", "ffff::"], outside: ["10.0.0.1", "::ffff:10.0.0.1"]),
            Row("::ffff:10.0.0.0/104", inside: ["10.9.9.9", "::ffff:10.9.9.9"], outside: ["11.0.0.0", "::1"]),
            Row("::ffff:10.0.0.1", inside: ["10.0.0.1"], outside: ["10.0.0.2"]),
        ]
    )
    func `a range holds what lies in it and nothing else`(_ row: Row) throws {
        let range = try #require(AddressRange(row.range))
        for address in row.inside { #expect(range.contains(address), "\(row.range) should hold \(address)") }
        for address in row.outside { #expect(!range.contains(address), "\(row.range) should not hold \(address)") }
    }

    @Test(
        arguments: [
            "", " ", "localhost", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1\n",
            "10.0.0.1\0",
            "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/ 8",
            "10.0.0.0/255.0.0.0", "10.0.0.0/1e1", "10.0.0.0/8\0", "/8", "::/129", "::1/", "[::1]", "[::1]/64", "::1%lo",
            "2001:db8:::1", "12345::", "::g", "10.0.0.1:80", "*", "10.*", "10.0.0.0/٨",
        ]
    )
    func `what is no address or block is refused`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        arguments: [
            ("10.1.2.3/8", "10.0.0.0/8"), ("10.1.2.3/32", "10.1.2.3"), ("10.1.2.3", "10.1.2.3"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0:0::1/48", "2001:db8::/48"), ("::1", "::1"), ("::/0", "::/0"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
        ]
    )
    func `a range is written in its shortest form`(_ text: String, _ expected: String) throws {
        #expect(try #require(AddressRange(text)).description == expected)
    }

    @Test func `what is no address lies in no range`() throws {
        let everything = try #require(AddressRange("0.0.0.0/0"))
        for text in ["", "unknown", "10.0.0.1:80", "10.0.0.1\0", "_hidden"] { #expect(!everything.contains(text)) }
    }

    @Test func `only a whole family counts as one`() throws {
        let whole = ["0.0.0.0/0", "::/0", "::ffff:0:0/96"]
        let part = ["10.0.0.0/8", "0.0.0.0", "::", "2000::/3"]
        for text in whole { #expect(try #require(AddressRange(text)).holdsWholeFamily, "\(text)") }
        for text in part { #expect(try !#require(AddressRange(text)).holdsWholeFamily, "\(text)") }
    }

    @Test func `equal ranges are equal whatever their form`() {
        #expect(AddressRange("10.1.2.3/8") == AddressRange("10.0.0.0/8"))
        #expect(AddressRange("::ffff:10.0.0.1") == AddressRange("10.0.0.1"))
        #expect(AddressRange("10.0.0.0/8") != AddressRange("10.0.0.0/9"))
    }
}
