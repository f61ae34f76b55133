import ArgumentParser
import FoundationEssentials
import Glibc
import Logging

/// The command line. What can be configured is in the environment; options only ask about it.
@main
struct WxgateCommand: ParsableCommand {
    /// EX_CONFIG of sysexits.h: restarting without changing the configuration is pointless.
    static let configurationExitCode = ExitCode(78)

    static let configuration = CommandConfiguration(
        commandName: "wxgate",
        abstract: "The login gateway for WeChat mini-programs.",
        discussion: SettingsText.help,
        version: Version.current
    )

    @Flag(help: "Check the configuration without connecting to anything, print it with secrets masked, and exit.")
    var checkConfig = false

    @Flag(
        help: """
            Ask WeChat with the configured credentials what is wrong, print a line a check with the remedy, and exit: 0 when \
            nothing failed, 1 otherwise. Works beside a running gateway and harms none of its tokens.
            """
    )
    var doctor = false

    func validate() throws {
        if checkConfig && doctor { throw ValidationError("--check-config and --doctor exclude each other.") }
    }

    func run() throws {
        // A peer or a log reader that goes away is an error of that write, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        let settings = try loadSettings()
        if checkConfig {
            print(SettingsText.effective(settings))
            for warning in settings.warnings { Self.report("warning: \(warning)") }
            return
        }
        if doctor {
            for warning in settings.warnings { Self.report("warning: \(warning)") }
            guard try DoctorCommand.run(settings) else { throw ExitCode.failure }
            return
        }
        StopSignals.hold()
        // Whatever is written, by us or by a library, is for our own user only.
        umask(0o077)
        let sink = LogSink(descriptor: STDERR_FILENO, format: settings.logFormat)
        defer { sink.flush() }
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: settings.logLevel, format: settings.logFormat, sink: sink)
        }
        let logger = Logger(label: "wxgate")
        for warning in settings.warnings { logger.warning("\(warning)") }
        try MainThread.wait { try await Wiring.run(settings, logger: logger) }
    }

    private func loadSettings() throws -> Settings {
        let host = Settings.Host(
            cores: ProcessInfo.processInfo.activeProcessorCount,
            logsToTerminal: isatty(STDERR_FILENO) == 1
        )
        do throws(SettingsError) {
            return try Settings(environment: ProcessInfo.processInfo.environment, host: host)
        } catch {
            for warning in error.warnings { Self.report("warning: \(warning)") }
            for mistake in error.mistakes { Self.report("\(mistake)") }
            throw Self.configurationExitCode
        }
    }

    private static func report(_ line: String) {
        // Before there is a log, and for people: straight to standard error.
        let bytes = Array("wxgate: \(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
