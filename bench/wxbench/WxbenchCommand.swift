import ArgumentParser
import Glibc

/// The command line of the load generator.
@main
struct WxbenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wxbench",
        abstract: "Puts load on a wxgate and says how it fared.",
        discussion: """
            Every reply is checked for what it says, not only for its status; what says something wrong is an error.
            Latency counts from the moment at which a request was meant to start, to the last byte of its reply.

            Exit status: 0; 1 when a limit is missed; 64 for wrong usage; 66 for files; 69 when the gateway cannot be \
            reached; 71 when this machine has no more of something; 76 when what the load needs cannot be set up.
            """,
        version: Version.current,
        subcommands: [
            ExchangeCommand.self, SessionCommand.self, AuthCheckCommand.self, QRHoldCommand.self, QRWakeCommand.self,
            MixedCommand.self,
            StormCommand.self,
            OutageCommand.self, CompareCommand.self,
        ]
    )
}
