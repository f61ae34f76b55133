import Glibc

/// A moment in UTC, written as RFC 3339 with milliseconds.
struct LogTimestamp: Sendable, CustomStringConvertible {
    let millisecondsSinceEpoch: Int64

    static var now: LogTimestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTimestamp(millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    var description: String { String(decoding: bytes, as: UTF8.self) }

    /// `2026-07-01T12:00:00.123Z`. By hand, because a formatter costs more than the rest of a log line.
    var bytes: [UInt8] {
        let (days, inDay) = millisecondsSinceEpoch.flooringDivision(by: 86_400_000)
        let (year, month, day) = Self.civilDate(daysSinceEpoch: days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        text.appendDigits(year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.appendDigits(inDay / 3_600_000, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(inDay / 60_000 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(inDay / 1000 % 60, width: 2)
        text.append(UInt8(ascii: "."))
        text.appendDigits(inDay % 1000, width: 3)
        text.append(UInt8(ascii: "Z"))
        return text
    }

    /// The Gregorian date of a day number, by counting in eras of 400 years that begin on 1 March, so that the leap day is
    /// the last of its year.
    private static func civilDate(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooringDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Also right before 1970, where `/` rounds towards zero.
    fileprivate func flooringDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    fileprivate mutating func appendDigits(_ number: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
