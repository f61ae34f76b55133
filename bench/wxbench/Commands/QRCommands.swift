import ArgumentParser

/// `wxbench qr-hold`.
struct QRHoldCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr-hold",
        abstract: "Browsers that wait: parked polls of web logins, and the memory that they take.",
        discussion: """
            Makes tickets, opens the connections, parks a poll on each and watches for --duration that none ends. Memory \
            is that of the gateway's process, before, with idle connections, and with the polls parked.

            The gateway needs WXGATE_RATE_QR_PER_IP=0, WXGATE_QR_TTL=3600 for long runs, and enough descriptors. \
            --connections, --rate, --warmup and --ramp have no meaning here.
            """
    )

    @OptionGroup(title: "Polls") var poll: PollOptions
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func scenario(_ options: RunOptions) -> any Scenario {
        QRHoldScenario(options: options, polls: poll.polls ?? 1000, pollsPerTicket: poll.pollsPerTicket)
    }
}

/// `wxbench qr-wake`.
struct QRWakeCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr-wake",
        abstract: "Web logins: the time from a phone's confirm to the last byte of the browser's reply.",
        discussion: """
            Each of --connections pairs of a phone and a browser scans, confirms and claims, all together --rate times a \
            second (default \(Int(QRWakeScenario.rateDefault)); WeChat gives codes for 83). --polls further browsers wait meanwhile.

            The gateway needs WXGATE_RATE_QR_PER_IP=0.
            """
    )

    @OptionGroup(title: "Users") var code: CodeOptions
    @OptionGroup(title: "Polls") var poll: PollOptions
    @OptionGroup(title: "Load") var common: CommonOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func scenario(_ options: RunOptions) -> any Scenario {
        QRWakeScenario(
            options: options,
            codes: code.codes,
            pairs: options.connections,
            polls: poll.polls ?? 0,
            pollsPerTicket: poll.pollsPerTicket
        )
    }
}
