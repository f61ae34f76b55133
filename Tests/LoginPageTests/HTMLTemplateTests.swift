import Testing

@testable import LoginPage

struct HTMLTemplateTests {
    private func fill(_ template: String, _ values: [String: String]) -> String {
        String(decoding: HTMLTemplate(Array(template.utf8)).filled(with: values), as: UTF8.self)
    }

    @Test
    func `values go into their places, as often as these occur`() {
        #expect(fill("{{a}}-{{b}}{{a}}.", ["a": "1", "b": "2"]) == "1-21.")
    }

    @Test
    func `a value with the marks of a place is text`() {
        #expect(fill("{{a}}{{b}}", ["a": "{{b}}", "b": "2"]) == "{{b}}2")
    }

    @Test
    func `each character that could end the text is escaped`() {
        #expect(fill("<p>{{a}}", ["a": #"&<>"'`é"#]) == "<p>&amp;&lt;&gt;&quot;&#39;&#96;é")
    }

    @Test(arguments: ["", "{", "{{", "{{a", "{{a}", "{{a\n}}", "a}}", "{a}"])
    func `what is no whole place stays as it is`(text: String) {
        #expect(fill(text, ["a": "1"]) == text)
    }

    @Test
    func `the page has the two places that the server fills`() {
        #expect(HTMLTemplate(PackageResources.login_html).places == ["return_to", "appid"])
    }
}
