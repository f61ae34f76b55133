internal import HTTP

/// The Date header field (RFC 9110 section 6.6.1), formatted once a second. Loop-confined.
struct DateField {
    private var second: Int64 = -1
    private var line: [UInt8] = []

    /// The field line of the given Unix time, with its CRLF.
    mutating func line(at unixSeconds: Int64) -> [UInt8] {
        if unixSeconds != second {
            second = unixSeconds
            line = Array("Date: ".utf8)
            HTTPDate.append(unixSeconds: unixSeconds, to: &line)
            line.append(contentsOf: "\r\n".utf8)
        }
        return line
    }
}
