import ArgumentParser

/// `wxbench compare`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Two results of --json beside each other.",
        discussion: "Says where they are of different work or machines; then the differences mean little."
    )

    @Argument(help: "What it was.") var a: String
    @Argument(help: "What it is.") var b: String
    @Option(help: "Writes a report with both curves.") var html: String?

    func run() throws {
        do throws(BenchError) {
            let comparison = Comparison(try ResultFile.read(a), try ResultFile.read(b))
            Output.print(comparison.text)
            if let html { try FileText.write(Array(HTMLReport.text(comparing: comparison).utf8), to: html) }
        } catch {
            Output.complain(error.description)
            throw ExitCode(error.status)
        }
    }
}
