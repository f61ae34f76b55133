import CCurl
import Testing

@testable import HTTPClient

@Suite struct RedactionTests {
    private let url = SecretURL("https://api.weixin.qq.com/sns/jscode2session?appid=wx1&secret=hunter2")

    private func everyForm(of value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(dumped)"
    }

    @Test func `a URL shows in no form`() {
        #expect(!everyForm(of: url).contains("hunter2"))
        #expect(!everyForm(of: [url]).contains("weixin"))
    }

    @Test func `neither do the secrets of requests and replies`() {
        let request = ClientRequest(url: url, headers: [("X-Key", "hunter2")], body: Array("hunter2".utf8))
        #expect(!everyForm(of: request).contains("hunter2"))
        #expect(!everyForm(of: request).contains("104"))
        let reply = ClientResponse(status: 200, body: Array("{\"session_key\":\"hunter2\"}".utf8))
        #expect(!everyForm(of: reply).contains("115"))
        #expect("\(reply)" == "200, 25 bytes")
    }

    @Test func `an error tells libcurl's number and fixed sentence`() {
        let error = ClientError(.timedOut, requestSent: true, curlCode: CURLE_OPERATION_TIMEDOUT)
        #expect("\(error)" == "timedOut (curl 28: Timeout was reached)")
        #expect("\(ClientError(.overloaded))" == "overloaded")
    }
}
