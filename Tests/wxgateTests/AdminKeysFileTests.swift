import Gateway
import Testing

@testable import wxgate

@Suite struct AdminKeysFileTests {
    static let digest = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let start = #"{"name":"ops","sha256":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f""#
    static let good = start + #","scopes":["users"]"#

    /// Typed, because the compiler gives up on so many literals otherwise.
    private static let wrong: [(String, [String])] = [
        ("", ["the file is not a JSON array"]),
        ("{}", ["the file is not a JSON array"]),
        ("[\(good)}] x", ["the file is not a JSON array"]),
        ("[]", ["the file names 0 keys, not 1 to 256"]),
        ("[null]", ["key 1: not a JSON object"]),
        ("[{}]", ["key 1: name is missing", "key 1: sha256 is missing", "key 1: scopes is missing"]),
        ("[\(good),\"scope\":[],\"A\\nB\":1}]", [#"key 1: unknown member "A\nB""#, #"key 1: unknown member "scope""#]),
        (
            #"[{"name":"","sha256":"00","scopes":[]}]"#,
            [
                "key 1: name: not 1 to 64 of A-Za-z0-9._-", "key 1: sha256: not 64 hex digits",
                "key 1: scopes: empty, so the key would open nothing",
            ]
        ),
        (
            #"[{"name":"a b","sha256":"\#(digest.dropLast())g","scopes":"users"}]"#,
            [
                "key 1: name: not 1 to 64 of A-Za-z0-9._-", "key 1: sha256: not 64 hex digits",
                "key 1: scopes is not an array of strings",
            ]
        ),
        (
            #"[{"name":7,"sha256":null,"scopes":[1]}]"#,
            [
                "key 1: name is not a string", "key 1: sha256 is not a string",
                "key 1: scopes is not an array of strings",
            ]
        ),
        (start.wrapped(#""scopes":["users","admin"]"#), [#"key 1: scopes: unknown scope "admin""#]),
        (start.wrapped(#""scopes":["*"]"#), [#"key 1: scopes: unknown scope "*""#]),
        (start.wrapped(#""scopes":["users","users"]"#), ["key 1: scopes: users occurs twice"]),
        (
            "[\(good),\"appids\":[]}]",
            ["key 1: appids: empty, so the key would open nothing; leave it out for all"]
        ),
        ("[\(good),\"appids\":null}]", ["key 1: appids is not an array of strings"]),
        ("[\(good),\"appids\":\"wx0000000000000001\"}]", ["key 1: appids is not an array of strings"]),
        ("[\(good),\"appids\":[\"wx1\"]}]", ["key 1: appids: not an AppID"]),
        (
            "[\(good),\"appids\":[\"wx0000000000000001\",\"wx0000000000000001\"]}]",
            ["key 1: appids: wx0000000000000001 occurs twice"]
        ),
        (
            "[\(good)},\(good)}]",
            [#"key 2: name "ops" occurs twice"#, "key 2: the same sha256 as an earlier one"]
        ),
    ]

    @Test(arguments: wrong)
    func `a wrong file has these faults and shows no digest`(_ text: String, _ faults: [String]) {
        let found = AdminKeysFile.parse(text).faults
        #expect(found == faults)
        #expect(found.allSatisfy { !$0.contains("00010203") })
    }

    @Test(arguments: ["access_token", "introspect", "revoke", "users", "phone"])
    func `every scope of the contract is known`(_ scope: String) {
        let (keys, faults) = AdminKeysFile.parse(Self.start.wrapped("\"scopes\":[\"\(scope)\"]"))
        #expect(faults.isEmpty)
        #expect(keys.first?.scopes.map(\.rawValue) == [scope])
        #expect(keys.first?.digest == (0..<32).map { UInt8($0) })
    }
}

extension String {
    /// The only entry of a file, with these further members.
    fileprivate func wrapped(_ members: String) -> String { "[\(self),\(members)}]" }
}
