internal import HTTP

/// The Date header field (RFC 9110 section 6.6.1), formatted once a second. Loop-confined.
struct DateField {
    private var second: Int64 = -1
    /// The field line with its CRLF; empty before the first ``advance(to:)``.
    private(set) var line: [UInt8] = []

    /// Moves on, or back, to a Unix time.
    mutating func advance(to unixSeconds: Int64) {
        if unixSeconds != second {
            second = unixSeconds
            line = Array("Date: ".utf8)
            HTTPDate.append(unixSeconds: unixSeconds, to: &line)
            line.append(contentsOf: "\r\n".utf8)
        }
    }
}
