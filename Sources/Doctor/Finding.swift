/// What one check came to: one line of the doctor's report.
public struct Finding: Equatable, Sendable, CustomStringConvertible {
    /// The verdict; each is the first word of its line.
    public enum Status: String, Sendable {
        /// As it should be.
        case ok
        /// Works now, or may pass by itself, but somebody should look at it.
        case warn
        /// Does not work until somebody acts.
        case fail
        /// Not checked, for the reason in the line.
        case skip
    }

    /// The verdict.
    public let status: Status
    /// What was checked.
    public let check: Check
    /// The base, the appid, or the appid and the path of an API; nil when there is only one thing to check.
    public let subject: String?
    /// What was found, in one line.
    public let text: String
    /// What to do about it; nil unless something is to be done.
    public let remedy: String?

    /// Puts a line together.
    public init(_ status: Status, _ check: Check, of subject: String?, _ text: String, remedy: String? = nil) {
        self.status = status
        self.check = check
        self.subject = subject
        self.text = text
        self.remedy = remedy
    }

    /// The line: `fail secret wx4f4bc4dec97d474b: what was found; remedy: what to do`.
    public var description: String {
        "\(status.rawValue) \(check.rawValue)\(subject.map { " \($0)" } ?? ""): \(text)"
            + (remedy.map { "; remedy: \($0)" } ?? "")
    }
}
