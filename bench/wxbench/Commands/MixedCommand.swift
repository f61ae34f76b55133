import ArgumentParser

/// `wxbench mixed`.
struct MixedCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "mixed",
        abstract: "A day's shape: logins, checks, refreshes and web logins, compressed into --duration.",
        discussion: """
            --rate is that of the busiest hour (default 500), over at most --connections. Needs a wxsim with \
            --accept-any-code, and WXGATE_RATE_QR_PER_IP=0. --arrival and --ramp have no meaning here.
            """
    )

    @Option(help: "Users that are logged in before anything is counted.") var users = 1000
    @Option(help: "Parts of 100.") var shares = MixedShares.usual
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard (common.loops...10_000_000).contains(users) else {
            throw ValidationError("--users must be --loops to 10000000")
        }
    }

    func scenario(_ options: RunOptions) -> any Scenario {
        MixedScenario(options: options, users: users, peak: options.rate ?? 500, shares: shares)
    }
}
