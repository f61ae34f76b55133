import OpenSSL
import Testing

@testable import Gateway

@Suite struct AdminKeysTests {
    private static let text = "a-key-of-at-least-20-characters"

    @Test func `a key is known by the SHA-256 of its text`() throws {
        let bytes = Array(Self.text.utf8)
        let digest = try Digest.sha256(bytes.span)
        let byDigest = try #require(AdminKey(name: "digest", sha256: digest, scopes: [.users]))
        #expect(try AdminKeys([byDigest]).key(Self.text)?.name == "digest")
        let byText = try AdminKey(name: "text", key: Self.text)
        #expect(try AdminKeys([byText]).key(Self.text)?.name == "text")
        for other in ["", "a", Self.text + "x", String(Self.text.dropLast()), Self.text.uppercased()] {
            #expect(try AdminKeys([byDigest, byText]).key(other) == nil)
        }
    }

    @Test(arguments: [0, 16, 31, 33, 64])
    func `what is not 32 bytes is no digest`(count: Int) {
        #expect(AdminKey(name: "n", sha256: Array(repeating: 0, count: count), scopes: []) == nil)
    }

    @Test func `of several keys each is found, and of two alike the first`() throws {
        let keys = try ["one", "two", "three"].map { try AdminKey(name: $0, key: "key \($0)") }
        for name in ["one", "two", "three"] { #expect(try AdminKeys(keys).key("key \(name)")?.name == name) }
        let alike = try ["first", "second"].map { try AdminKey(name: $0, key: Self.text) }
        #expect(try AdminKeys(alike).key(Self.text)?.name == "first")
    }

    @Test func `a key given as such has every scope and all apps`() throws {
        let key = try AdminKey(name: "n", key: Self.text)
        #expect(key.scopes.map(\.rawValue).sorted() == ["access_token", "introspect", "phone", "revoke", "users"])
        #expect(key.isFor(appID: "wx1"))
        let limited = try AdminKey(name: "n", key: Self.text, appIDs: ["wx1"])
        #expect(limited.isFor(appID: "wx1") && !limited.isFor(appID: "wx2"))
    }

    @Test func `keys print as redacted`() throws {
        let key = try AdminKey(name: "n", key: Self.text)
        #expect("\(key)" == "<AdminKey, redacted>" && "\(AdminKeys([key]))" == "<AdminKeys, redacted>")
    }
}
