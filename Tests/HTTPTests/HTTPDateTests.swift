import HTTP
import Testing

struct HTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int64, String)]
    )
    func `a date reads as RFC 9110 wants it`(_ seconds: Int64, _ expected: String) {
        var buffer: [UInt8] = []
        HTTPDate.append(unixSeconds: seconds, to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == expected)
        #expect(buffer.count == HTTPDate.length)
    }

    @Test(
        arguments: [0, 1, 784_111_777, 951_782_400, 951_868_800, 1_724_289_297, 4_102_444_799, 253_402_300_799]
            as [Int64]
    )
    func `what was written is read again`(seconds: Int64) {
        var bytes: [UInt8] = []
        HTTPDate.append(unixSeconds: seconds, to: &bytes)
        #expect(HTTPDate.unixSeconds(of: String(decoding: bytes, as: UTF8.self)) == seconds)
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Wed, 31 Dec 1969 23:59:59 GMT",
        "Sun, 06 Nov 1994 08:49:+7 GMT", "Sun, 06 Növ 1994 08:49:37 GM",
    ])
    func `what no sender may write is not read`(text: String) {
        #expect(HTTPDate.unixSeconds(of: text) == nil)
    }
}
