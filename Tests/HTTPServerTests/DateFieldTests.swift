import Testing

@testable import HTTPServer

@Suite struct DateFieldTests {
    private func line(of field: inout DateField, at seconds: Int64) -> [UInt8] {
        field.advance(to: seconds)
        return field.line
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),  // the example of RFC 9110 section 5.6.7
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ]) func `known times are written as RFC 9110 wants them`(seconds: Int64, date: String) {
        var field = DateField()
        #expect(String(decoding: line(of: &field, at: seconds), as: UTF8.self) == "Date: \(date)\r\n")
    }

    @Test func `the line changes with the second and only with it`() {
        var field = DateField()
        let first = line(of: &field, at: 1_700_000_059)
        #expect(line(of: &field, at: 1_700_000_059) == first)
        let next = line(of: &field, at: 1_700_000_060)
        #expect(String(decoding: next, as: UTF8.self).contains("22:14:20 GMT"))
        // Also back: the clock may be set.
        #expect(line(of: &field, at: 1_700_000_059) == first)
    }
}
