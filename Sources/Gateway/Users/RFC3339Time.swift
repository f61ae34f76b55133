internal import FoundationEssentials

/// Times in replies: RFC 3339 in UTC, to the second (`2023-11-14T22:13:20Z`).
enum RFC3339Time {
    /// Writes Unix milliseconds; what is less than a second is cut off.
    static func text(milliseconds: Int64) -> String {
        text(seconds: milliseconds / 1000)
    }

    /// Writes Unix seconds.
    static func text(seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).ISO8601Format()
    }
}
