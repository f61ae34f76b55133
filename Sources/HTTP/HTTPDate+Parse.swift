extension HTTPDate {
    /// The seconds since 1970-01-01T00:00:00Z of a date in the one format that a sender may use (RFC 9110 section 5.6.7);
    /// nil for anything else, the two obsolete formats and a wrong weekday included.
    public static func unixSeconds(of text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == length, let month = months.firstIndex(of: String(decoding: bytes[8..<11], as: UTF8.self)),
            let day = number(bytes[5..<7]), let year = number(bytes[12..<16]), let hour = number(bytes[17..<19]),
            let minute = number(bytes[20..<22]), let second = number(bytes[23..<25])
        else { return nil }
        let seconds = Int64(days(year: year, month: month + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second)
        // Writing it again finds every number out of its range and every wrong letter at once. A leap second is none of
        // Unix time's, and a server that sends one is a second early a second later.
        var written: [UInt8] = []
        append(unixSeconds: seconds, to: &written)
        return written == bytes ? seconds : nil
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// The days from 1970-01-01 to a day: the inverse of `civil`.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
