import Testing

@testable import wxgate

/// Which client exchanges codes, by the variable and by the environment's proxies.
@Suite struct UpstreamClientSettingTests {
    @Test(
        arguments: [
            ([:], "native", nil), (["WXGATE_UPSTREAM_CLIENT": "curl"], "curl", nil),
            (["https_proxy": "http://p:1"], "curl", "https_proxy"),
            (["HTTPS_PROXY": "http://p:1"], "curl", "HTTPS_PROXY"),
            (["ALL_PROXY": "http://p:1"], "curl", "ALL_PROXY"), (["https_proxy": ""], "native", nil),
            (["http_proxy": "http://p:1"], "native", nil),
            (["https_proxy": "http://p:1", "no_proxy": "*"], "native", nil),
            (["https_proxy": "http://p:1", "NO_PROXY": "a.example, .weixin.qq.com"], "native", nil),
            (["https_proxy": "http://p:1", "no_proxy": "api.weixin.qq.com"], "curl", "https_proxy"),
            (["https_proxy": "http://p:1", "no_proxy": "n.qq.com"], "curl", "https_proxy"),
            (["https_proxy": "http://p:1", "WXGATE_UPSTREAM_CLIENT": "curl"], "curl", nil),
        ] as [([String: String], String, String?)]
    )
    func `libcurl is taken wherever a proxy is configured, and the operator is told once`(
        _ environment: [String: String],
        _ kind: String,
        _ variable: String?
    ) throws {
        let settings = try SampleEnvironment.settings(environment)
        #expect("\(settings.upstreamClient)" == kind)
        #expect(settings.warnings.count == (variable == nil ? 0 : 1))
        if let variable { #expect(settings.warnings.first?.hasPrefix("\(variable): set,") == true) }
        #expect(settings.warnings.allSatisfy { !$0.contains("http://p") })
    }

    @Test func `a plain base has no proxy, which would read secrets`() throws {
        let settings = try SampleEnvironment.settings([
            "WXGATE_WECHAT_URLS": "http://127.0.0.1:1", "http_proxy": "http://p:1", "all_proxy": "http://p:1",
        ])
        #expect("\(settings.upstreamClient)" == "native")
        #expect(!settings.warnings.contains { $0.contains("proxy") })
    }
}
