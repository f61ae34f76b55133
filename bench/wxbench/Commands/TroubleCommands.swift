import ArgumentParser

/// `wxbench storm`.
struct StormCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "storm",
        abstract: "Every client's token dies at once and all of them log in again.",
        discussion: """
            Logs --clients in, and out behind their backs. In the storm each finds its token refused, logs in again and \
            tries the new one, over --connections at a time, and after an error waits longer and longer. Ends when all \
            are well, or after --duration. Needs a wxsim with --accept-any-code. --rate, --warmup and --ramp have no \
            meaning here.
            """
    )

    @Option(help: "Clients, each a user of its own.") var clients = 5000
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard (common.loops...10_000_000).contains(clients) else {
            throw ValidationError("--clients must be --loops to 10000000")
        }
    }

    func scenario(_ options: RunOptions) -> any Scenario { StormScenario(options: options, clients: clients) }
}

/// `wxbench outage`.
struct OutageCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "outage",
        abstract: "WeChat is silent for the middle third of --duration: checks of tokens beside logins.",
        discussion: """
            Checks of tokens are the load (limits look at them alone), and logins come --login-rate times a second over \
            connections of their own. wxsim's control API makes exchanges of codes hang. Needs --accept-any-code there.
            """
    )

    @OptionGroup(title: "Users") var user: UserOptions
    @Option(help: "Logins a second.") var loginRate = 100.0
    @Option(
        name: .customLong("p99-growth"),
        help: "The p99 of checks may grow by no more than this factor while WeChat is silent, such as 2."
    )
    var p99Growth: Double?
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard loginRate > 0, loginRate <= 100_000 else { throw ValidationError("--login-rate must be above 0") }
        if let p99Growth, !(p99Growth > 0) { throw ValidationError("--p99-growth must be above 0") }
    }

    func scenario(_ options: RunOptions) -> any Scenario {
        OutageScenario(
            options: options,
            codes: user.code.codes,
            users: user.users,
            loginRate: loginRate,
            growthMax: p99Growth
        )
    }
}
