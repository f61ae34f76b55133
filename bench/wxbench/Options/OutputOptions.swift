import ArgumentParser

/// Where results go besides the terminal.
struct OutputOptions: ParsableArguments {
    @Option(help: "Writes everything that is known, for machines and for wxbench compare.")
    var json: String?

    @Option(help: "Writes a report with plots: one file that needs no other.")
    var html: String?
}
