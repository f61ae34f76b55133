import HTTP
import Testing

struct FormFieldsTests {
    private func pairs(_ query: String?) throws -> [[String]] {
        try FormFields(query: query).fields.map { [$0.name, $0.value] }
    }

    @Test func `fields come decoded and in order`() throws {
        #expect(try pairs("a=1&b=2&a=3") == [["a", "1"], ["b", "2"], ["a", "3"]])
        #expect(try pairs("n%61me=a+b%20c%26%3D") == [["name", "a b c&="]])
        #expect(try pairs("a=b=c&d&e=&=f") == [["a", "b=c"], ["d", ""], ["e", ""], ["", "f"]])
        #expect(try pairs("&&a=1&") == [["a", "1"]])
        #expect(try pairs("%E4%BD%A0=%E5%A5%BD") == [["你", "好"]])
        #expect(try pairs("").isEmpty)
        #expect(try pairs(nil).isEmpty)
    }

    @Test func `a field is found by name`() throws {
        let fields = try FormFields(body: Array("a=1&b=2&a=3".utf8))
        #expect(fields.first("a") == "1")
        #expect(fields.all("a") == ["1", "3"])
        #expect(fields.first("A") == nil)
    }

    @Test func `a broken escape names its field`() {
        #expect(throws: FormError.invalidPercentEncoding(field: "code")) { try FormFields(query: "a=1&code=%zz") }
        #expect(throws: FormError.invalidPercentEncoding(field: "#2")) { try FormFields(query: "a=1&co%=2") }
        #expect(throws: FormError.invalidPercentEncoding(field: "#1")) { try FormFields(query: "=%") }
        let long = String(repeating: "n", count: 65)
        #expect(throws: FormError.invalidPercentEncoding(field: "#1")) { try FormFields(query: long + "=%") }
        #expect(FormError.invalidPercentEncoding(field: "code").detail == "field code: invalid percent-encoding")
    }

    @Test func `invalid UTF-8 names its field, escaped or raw`() {
        #expect(throws: FormError.invalidUTF8(field: "a")) { try FormFields(query: "a=%FF") }
        #expect(throws: FormError.invalidUTF8(field: "#1")) { try FormFields(query: "%C3=1") }
        #expect(throws: FormError.invalidUTF8(field: "a")) { try FormFields(body: [0x61, 0x3D, 0xC3, 0x28]) }
    }

    @Test func `the number of fields has a limit`() throws {
        #expect(try FormFields(query: "a&b", fieldsMax: 2).fields.count == 2)
        #expect(throws: FormError.tooManyFields(limit: 2)) { try FormFields(query: "a&b&c", fieldsMax: 2) }
    }
}
