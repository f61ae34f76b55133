import Testing

@testable import Gateway

/// Which addresses share a limit.
@Suite struct AddressKeyTests {
    @Test(arguments: [
        ("192.0.2.1", "::ffff:192.0.2.1"), ("192.0.2.1", "::ffff:c000:201"), ("2001:db8::1", "2001:db8::2"),
        ("2001:db8::1", "2001:DB8:0:0:ffff:ffff:ffff:ffff"), ("", "garbage"),
    ]) func `one subscriber is one key`(left: String, right: String) {
        #expect(AddressKey(left) == AddressKey(right))
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.2"), ("::ffff:192.0.2.1", "::ffff:192.0.2.2"), ("2001:db8::1", "2001:db8:0:1::1"),
        ("192.0.2.1", "::c000:201"), ("", "192.0.2.1"), ("::", "0.0.0.0"), ("::", ""),
    ]) func `two subscribers are two keys`(left: String, right: String) {
        #expect(AddressKey(left) != AddressKey(right))
    }
}
