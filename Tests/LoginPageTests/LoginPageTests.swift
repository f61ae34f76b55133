import Testing

@testable import LoginPage

struct LoginPageTests {
    private func page(returnTo: String? = nil, appID: String? = nil) -> String {
        String(decoding: LoginPage.html(returnTo: returnTo, appID: appID), as: UTF8.self)
    }

    @Test
    func `the page carries where to go and whose code to show`() {
        let page = page(returnTo: "/orders?a=1", appID: "wx4f4bc4dec97d474b")
        #expect(page.contains(#"data-return-to="/orders?a=1" data-appid="wx4f4bc4dec97d474b""#))
    }

    @Test
    func `what is not known is empty, and no place is left over`() {
        let page = page()
        #expect(page.contains(#"data-return-to="" data-appid="""#))
        #expect(!page.contains("{{") && !page.contains("}}"))
    }

    @Test(arguments: [
        (#"/"><script>alert(1)</script>"#, "/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("/' onload='alert(1)", "/&#39; onload=&#39;alert(1)"),
        ("/?a=1&lt;b=`2`", "/?a=1&amp;lt;b=&#96;2&#96;"),
        ("/{{appid}}", "/{{appid}}"),
        ("/订单?名=值", "/订单?名=值"),
    ])
    func `a hostile address stays inside its attribute`(returnTo: String, escaped: String) {
        let page = page(returnTo: returnTo, appID: "wx1")
        #expect(page.contains("data-return-to=\"\(escaped)\" data-appid=\"wx1\">"))
        #expect(page.count - self.page(appID: "wx1").count == escaped.count)
    }

    @Test
    func `the page obeys a policy that allows no inline code or style`() throws {
        let page = page()
        let tags = page.matches(of: try Regex("<[a-z][^>]*>")).map { String(page[$0.range]) }
        #expect(tags.count > 20)
        for tag in tags {
            #expect(try Regex(#"\s(on[a-z]+|style)\s*="#).ignoresCase().firstMatch(in: tag) == nil, "\(tag)")
            #expect(!tag.hasPrefix("<style"))
            #expect(!tag.hasPrefix("<script") || tag.contains(#" src="/"#), "\(tag)")
        }
        #expect(!page.contains("javascript:"))
        #expect(page.matches(of: try Regex("<script[^>]*></script>")).count == 2)
    }

    @Test
    func `the page asks for nothing but its own script, style and widget`() throws {
        let page = page()
        let addresses = page.matches(of: try Regex(#"(?:src|href)="([^"]*)""#)).compactMap { $0.output[1].substring }
        #expect(addresses == ["data:,", "/login.css", "/wxgate.js", "/login.js"])
    }

    @Test(arguments: ["script", "style", "widget"])
    func `no file of the page reaches for another host`(name: String) throws {
        let text = String(decoding: try #require(assets[name]).bytes, as: UTF8.self)
        let addresses = text.matches(of: try Regex(#"(?:https?:)?//[a-z0-9-]+\.[a-z0-9./-]+"#))
            .map { String(text[$0.range]) }
        #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(addresses)")
        #expect(!text.contains("innerHTML") && !text.contains("eval(") && !text.contains("@import"))
    }

    private let assets = ["script": LoginPage.script, "style": LoginPage.style, "widget": LoginPage.widget]
}
