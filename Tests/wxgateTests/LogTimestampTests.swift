import Testing

@testable import wxgate

@Suite struct LogTimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"), (1_735_689_599_010, "2024-12-31T23:59:59.010Z"),
            (1_782_907_200_123, "2026-07-01T12:00:00.123Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ]
    )
    func `a moment is written as RFC 3339 with milliseconds`(_ milliseconds: Int64, _ text: String) {
        #expect(LogTimestamp(millisecondsSinceEpoch: milliseconds).description == text)
    }
}
