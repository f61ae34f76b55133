import Glibc

/// Lines for whoever called.
enum Output {
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// One line on standard error.
    static func complain(_ text: String) { write("wxbench: \(text)\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
