import ArgumentParser

/// Users that are logged in before the load.
struct UserOptions: ParsableArguments {
    @OptionGroup var code: CodeOptions

    @Option(
        help: "So many are logged in before anything is counted; with codes of a file, at most as many as it holds."
    )
    var users = 1000

    func validate() throws {
        guard (1...10_000_000).contains(users) else { throw ValidationError("--users must be 1 to 10000000") }
    }
}
