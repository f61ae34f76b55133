/// A report as one file of HTML.
enum HTMLReport {
    static func text(of results: [RunResult]) -> String { "" }
}
