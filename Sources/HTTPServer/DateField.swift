internal import Glibc

/// The Date header field (RFC 9110 section 6.6.1), formatted once a second. Loop-confined.
struct DateField {
    private var second = -1
    private var line: [UInt8] = []

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The field line of the given Unix time, with its CRLF.
    mutating func line(at unixSeconds: Int) -> [UInt8] {
        if unixSeconds != second {
            second = unixSeconds
            line = DateField.format(unixSeconds)
        }
        return line
    }

    private static func format(_ unixSeconds: Int) -> [UInt8] {
        var time = time_t(unixSeconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        let day = unsafe two(Int(parts.tm_mday))
        let clock = unsafe "\(two(Int(parts.tm_hour))):\(two(Int(parts.tm_min))):\(two(Int(parts.tm_sec)))"
        let date =
            unsafe "\(days[Int(parts.tm_wday)]), \(day) \(months[Int(parts.tm_mon)]) \(Int(parts.tm_year) + 1900)"
        return Array("Date: \(date) \(clock) GMT\r\n".utf8)
    }

    private static func two(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
