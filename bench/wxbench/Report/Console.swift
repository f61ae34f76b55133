import Glibc

/// Standard error, where the progress goes.
final class Console {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var hasOpenLine = false

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Shows how it goes: on a terminal in place of what was shown before.
    func progress(_ line: String) {
        if isQuiet { return }
        if isTerminal {
            // Back to the beginning, and what is left of a longer line goes.
            write("\r\(line)\u{1B}[K")
            hasOpenLine = true
        } else {
            write("\(line)\n")
        }
    }

    func say(_ line: String) {
        if isQuiet { return }
        endLine()
        write("\(line)\n")
    }

    func endLine() {
        if hasOpenLine { write("\n") }
        hasOpenLine = false
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
