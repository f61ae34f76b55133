import ArgumentParser

/// `wxbench session`.
struct SessionCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Checks of tokens by GET /api/v1/wx/session.",
        discussion: "Logs users in first, which does not count; each reply must name the token's own user."
    )

    @OptionGroup(title: "Users") var user: UserOptions
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Peer") var peer: PeerOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var peerPlan: PeerPlan? { peer.plan }

    func validate() throws { try peer.check(common) }

    func scenario(_ options: RunOptions) -> any Scenario {
        CheckScenario(options: options, check: .session, codes: user.code.codes, users: user.users)
    }
}

/// `wxbench auth-check`.
struct AuthCheckCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth-check",
        abstract: "Checks of tokens by /auth/check, as proxies ask.",
        discussion: "Logs users in first, which does not count; the X-Wx-* fields of each reply must be the user's."
    )

    @OptionGroup(title: "Users") var user: UserOptions
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Peer") var peer: PeerOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var peerPlan: PeerPlan? { peer.plan }

    func validate() throws { try peer.check(common) }

    func scenario(_ options: RunOptions) -> any Scenario {
        CheckScenario(options: options, check: .authCheck, codes: user.code.codes, users: user.users)
    }
}
