import Glibc

/// A program run by the shell, whose output is read line by line.
public final class ChildProcess {
    public struct Failure: Error, CustomStringConvertible {
        /// What went wrong.
        public let description: String
    }

    private let identifier: pid_t
    private var isOver = false
    private let output: UnsafeMutablePointer<FILE>

    /// Starts it.
    public init(shell command: String) throws {
        (identifier, output) = try Self.spawning.withLock { _ in try Self.spawn(command) }
    }

    /// One spawn at a time: a child that inherits the pipe of another would keep it open.
    private static let spawning = Locked(0)

    private static func spawn(_ command: String) throws -> (pid_t, UnsafeMutablePointer<FILE>) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let texts: [String] = ["/bin/sh", "-c", "exec " + command]
        let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let status = posix_spawn(&child, "/bin/sh", &actions, nil, words, environ)
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        guard status == 0, let stream = fdopen(ends[0], "r") else {
            close(ends[0])
            throw Failure(description: "cannot run \(command)")
        }
        return (child, stream)
    }

    deinit {
        stop()
        fclose(output)
    }

    /// The next line without its end; nil when the program has closed its output.
    public func readLine() -> String? {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        guard getline(&line, &capacity, output) > 0, let line else { return nil }
        return String(cString: line).filter { !$0.isNewline }
    }

    /// Ends the program and waits for it. Not by SIGTERM, which a child of a dispatch thread inherits as blocked.
    public func stop() {
        guard !isOver else { return }
        kill(identifier, SIGKILL)
        _ = wait()
    }

    private func wait() -> Int32 {
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        isOver = true
        return status
    }

    /// Runs a program to its end.
    public static func run(shell command: String) throws {
        let process = try ChildProcess(shell: command)
        while process.readLine() != nil {}
        let status = process.wait()
        guard status == 0 else { throw Failure(description: "status \(status) of \(command)") }
    }
}
