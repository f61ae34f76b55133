import ArgumentParser
import Glibc
import Synchronization
import UV

/// A subcommand that puts one kind of load on the gateway.
protocol LoadCommand: ParsableCommand {
    var common: CommonOptions { get }
    var limits: LimitOptions { get }
    var output: OutputOptions { get }

    /// What is measured in turns with the gateway, where the scenario knows how.
    var peerPlan: PeerPlan? { get }

    func scenario(_ options: RunOptions) -> any Scenario
}

extension LoadCommand {
    var peerPlan: PeerPlan? { nil }

    /// What the options come to.
    var runOptions: RunOptions {
        RunOptions(
            site: common.url,
            simulator: common.sim,
            appid: common.appid,
            connections: common.connections,
            rate: common.rate,
            arrival: common.arrival,
            warmup: common.warmup.seconds,
            duration: common.duration.seconds,
            ramp: common.ramp.seconds,
            loops: common.loops,
            sources: common.sourceAddresses?.addresses ?? [],
            keepsAlive: !common.closesConnections,
            caFile: common.caFile,
            timeout: common.timeout.nanoseconds,
            limits: limits.limits,
            jsonPath: output.json,
            htmlPath: output.html,
            pid: common.pid,
            peer: peerPlan,
            isQuiet: common.quiet,
            seed: common.seed
        )
    }

    func run() throws {
        let options = runOptions
        do throws(BenchError) {
            Descriptors.raiseLimit()
            let result = try Self.run(scenario(options), options)
            Output.print(ResultTable.text(result))
            if let path = options.jsonPath { try ResultFile.write(result, to: path) }
            if let path = options.htmlPath { try FileText.write(Array(HTMLReport.text(of: result).utf8), to: path) }
            if result.limits.contains(where: { !$0.kept }) { throw BenchError(status: 1, description: "") }
        } catch {
            if !error.description.isEmpty { Output.complain(error.description) }
            throw ExitCode(error.status)
        }
    }

    /// Runs a scenario on a loop of the calling thread.
    private static func run(_ scenario: any Scenario, _ options: RunOptions) throws(BenchError) -> RunResult {
        let main: EventLoop
        do throws(UVError) { main = try EventLoop() } catch { throw .system("no loop: \(error)") }
        let outcome = Mutex<Result<RunResult, BenchError>?>(nil)
        let actor = main.actor
        Task(executorPreference: main) {
            let result: Result<RunResult, BenchError>
            do throws(BenchError) {
                result = .success(
                    try await actor.run { actor throws(BenchError) in
                        try await Runner(scenario, options, on: actor.loop).run()
                    }
                )
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            main.stop()
        }
        main.run()
        _ = main.close()
        guard let result = outcome.withLock({ $0 }) else { throw .system("the run was lost") }
        return try result.get()
    }
}
