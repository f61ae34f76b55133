/// The date format of HTTP fields (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    /// The length of each date.
    public static let length = 29

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Appends the date of `seconds` since 1970-01-01T00:00:00Z; years 1970 to 9999, others are clamped.
    public static func append(unixSeconds seconds: Int64, to buffer: inout [UInt8]) {
        let clamped = Int(min(max(seconds, 0), 253_402_300_799))
        let (days, time) = clamped.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civil(days)
        FieldEncoder.append(weekdays[days % 7], to: &buffer)
        FieldEncoder.append(", ", to: &buffer)
        append(day, separator: " ", to: &buffer)
        FieldEncoder.append(months[month - 1], to: &buffer)
        FieldEncoder.append(" ", to: &buffer)
        append(year / 100, separator: "", to: &buffer)
        append(year % 100, separator: " ", to: &buffer)
        append(time / 3_600, separator: ":", to: &buffer)
        append(time / 60 % 60, separator: ":", to: &buffer)
        append(time % 60, separator: " GMT", to: &buffer)
    }

    /// Year, month and day of a day counted from 1970-01-01: eras of 400 years that begin on March 1st, so leap days
    /// come last.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ number: Int, separator: String, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "0") + UInt8(number / 10))
        buffer.append(UInt8(ascii: "0") + UInt8(number % 10))
        FieldEncoder.append(separator, to: &buffer)
    }
}
