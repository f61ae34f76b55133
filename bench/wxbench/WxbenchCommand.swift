import ArgumentParser

/// The command line of the load generator.
@main
struct WxbenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wxbench",
        abstract: "Puts load on a wxgate and says how it fared."
    )
}
