import Testing

@testable import Gateway

@Suite struct ClientIdentityTests {
    /// Nonce and address of the one, of the other, and whether they are the same client.
    @Test(
        arguments: [
            (("n", "a"), ("n", "a"), true), (("n", "a"), ("n", "b"), true), (("n", "a"), ("n", nil), true),
            (("n", nil), ("n", nil), true), (("n", "a"), ("m", "a"), false), (("n", "a"), ("N", "a"), false),
            (("n", "a"), (nil, "a"), false), ((nil, "a"), (nil, "a"), true), ((nil, "a"), (nil, "b"), false),
            ((nil, "a"), (nil, nil), false), ((nil, nil), (nil, nil), false),
        ] as [((String?, String?), (String?, String?), Bool)]
    ) func `a client is known by its nonce, else by its address`(
        one: (String?, String?),
        other: (String?, String?),
        same: Bool
    ) {
        let one = ClientIdentity(nonce: one.0, address: one.1)
        let other = ClientIdentity(nonce: other.0, address: other.1)
        #expect(one.isSame(as: other) == same)
        #expect(other.isSame(as: one) == same)
    }
}
