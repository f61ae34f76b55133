import Testing

@testable import OpenSSL

@Suite struct OpenSSLErrorTests {
    @Test func `a failed call reports the library's reason and leaves the queue empty`() throws {
        let error = #expect(throws: OpenSSLError.self) { _ = try FetchedDigest.fetch("NO-SUCH-DIGEST").get() }
        #expect(error?.operation == "EVP_MD_fetch(NO-SUCH-DIGEST)")
        #expect(error?.reason.contains("unsupported") == true)
        #expect(error?.code != 0)
        #expect(OpenSSLError.fromQueue("nothing").code == 0)
    }

    @Test func `what an earlier call left in the queue is not reported as ours`() {
        let error = #expect(throws: OpenSSLError.self) {
            try check("outer") {
                _ = FetchedDigest.fetch("NO-SUCH-DIGEST")
                return 0
            }
        }
        #expect(error?.code == 0)
    }
}
