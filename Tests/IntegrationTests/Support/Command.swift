import Dispatch
import Foundation
import Glibc

/// A program that a test runs, and only the test's own: it is ended by its process id, never by name.
final class Command: @unchecked Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// Starts it with this environment and in this directory, or the test's own where they are nil.
    init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        directory: String? = nil
    ) throws {
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        if let environment {
            // A program built with a sanitizer is to know the same suppressions as the test.
            let sanitizers = ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
            process.environment = environment.merging(sanitizers) { own, _ in own }
        }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        // A child inherits which signals are blocked; our programs must heed these two whatever their parent blocked.
        var (blocked, before) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        for signal in [SIGTERM, SIGINT] { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_SETMASK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        // A program that does not end makes its test fail instead of hanging it.
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(60)) { [weak self] in self?.endByForce() }
    }

    private func endByForce() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    deinit { endByForce() }

    var pid: Int32 { process.processIdentifier }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// The next bytes of standard output or error, at least one; nil at the end.
    func read(fromErrors isErrors: Bool = false) -> String? {
        let bytes = (isErrors ? errors : output).fileHandleForReading.availableData
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Reads until the text is there; everything so far.
    func read(until text: String, fromErrors isErrors: Bool = false) throws -> String {
        var all = ""
        while !all.contains(text) {
            guard let more = read(fromErrors: isErrors) else { throw Missing(description: "\(text) in: \(all)") }
            all += more
        }
        return all
    }

    /// Waits for the end; the status, negative for a signal, and what was written since the last read.
    func finish() -> (status: Int32, output: String, errors: String) {
        // What is written is far below the size of a pipe, so neither end waits for the other.
        var (output, errors) = ("", "")
        while let more = read() { output += more }
        while let more = read(fromErrors: true) { errors += more }
        process.waitUntilExit()
        let status = process.terminationStatus
        return (process.terminationReason == .exit ? status : -status, output, errors)
    }

    /// A program that `make test` names by a variable.
    static func named(by variable: String) throws -> String {
        guard let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty else {
            throw Missing(description: "\(variable) is not set: run `make test`, which sets up what tests need")
        }
        return path
    }

    /// A program of the operating system, found as a shell would.
    static func found(_ name: String, in path: String? = nil) throws -> String {
        let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
        guard let file = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw Missing(description: "there is no \(name): run `make test`, which installs what tests need")
        }
        return file
    }

    /// An executable of this package, built beside the tests.
    static func product(_ name: String) throws -> String {
        let directory = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().path(percentEncoded: false)
        let candidates = [directory, Bundle.main.bundlePath, Bundle.main.bundlePath + "/.."].map { "\($0)/\(name)" }
        guard let file = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw Missing(description: "\(name) is not built beside the tests, in \(directory)")
        }
        return file
    }
}
