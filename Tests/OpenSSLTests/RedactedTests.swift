import OpenSSL
import Testing

@Suite struct RedactedTests {
    private struct Sample: Redacted {
        let inner = "hunter2"
    }

    @Test func `no way of printing shows what is inside`() {
        let sample = Sample()
        var dumped = ""
        dump(sample, to: &dumped)
        let optional: Sample? = sample
        for text in [
            "\(sample)", String(reflecting: sample), String(describing: [sample]), "\(optional as Any)", dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("redacted"))
        }
    }
}
