import ArgumentParser

/// Browsers that wait.
struct PollOptions: ParsableArguments {
    @Option(help: "Polls that are parked.")
    var polls: Int?

    @Option(help: "So many of them wait for the same ticket; 4,000 tickets can be made a minute.")
    var pollsPerTicket = 8

    func validate() throws {
        if let polls, !(1...1_000_000).contains(polls) { throw ValidationError("--polls must be 1 to 1000000") }
        guard (1...1000).contains(pollsPerTicket) else { throw ValidationError("--polls-per-ticket must be 1 to 1000") }
    }
}
