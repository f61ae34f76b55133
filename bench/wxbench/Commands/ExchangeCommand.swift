import ArgumentParser

/// `wxbench exchange`.
struct ExchangeCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Logins: the gateway exchanges a code with WeChat and makes a session.",
        discussion: """
            Checks the status, that the openid is the one the code stands for, and the form of the token; one token of a \
            hundred is looked up by GET /api/v1/wx/session, which is counted apart.
            """
    )

    @OptionGroup(title: "Codes") var code: CodeOptions
    @Option(help: "So many users log in again and again; 0: each code is a new user's. With derived codes only.")
    var users = 0
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Peer") var peer: PeerOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        try peer.check(common)
        guard users == 0 || code.codes == .derived else { throw ValidationError("--users needs --codes derived") }
        guard users == 0 || (common.loops...10_000_000).contains(users) else {
            throw ValidationError("--users must be 0, or --loops to 10000000")
        }
    }

    var peerPlan: PeerPlan? { peer.plan }

    func scenario(_ options: RunOptions) -> any Scenario {
        ExchangeScenario(options: options, codes: code.codes, users: users)
    }
}
