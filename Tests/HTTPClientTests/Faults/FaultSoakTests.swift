import Glibc
import HTTPClient
import TestSupport
import Testing
import UV

/// Random faults, cancellations and time limits for a while: `WXGATE_SOAK_SECONDS`, 5 without it, over all four paths.
@Suite(.serialized) struct FaultSoakTests {
    private static let secondsInAll =
        getenv("WXGATE_SOAK_SECONDS").flatMap { Double(String(cString: $0)) } ?? 5

    /// What the tasks of one run share; all on the loop.
    private final class Account {
        var next = 0
        var begun = 0
        var ended = 0
        var replies = 0
        var failures: [ClientError.Code: Int] = [:]
    }

    @Test(arguments: FaultPath.all)
    func `each request ends once, arrives at most once, and nothing is left behind`(path: FaultPath) async throws {
        let certificate = try path.certificate()
        let configurationBefore = try path.configuration()
        // What the libraries open once and keep.
        let refused = try Loopback.refusedPort()
        _ = try await withClient(path.client, configurationBefore) { client, _ in
            await client.failure(of: .get("\(path.isTLS ? "https" : "http")://127.0.0.1:\(refused)/"))
        }
        let descriptorsBefore = openDescriptors()
        let seed: UInt64 = 20_260
        let soak = try FaultSoakServer(certificate, seed: seed)
        let milliseconds = UInt64(Self.secondsInAll / Double(FaultPath.all.count) * 1000)
        let summary = try await withLoop { actor in
            var configuration = configurationBefore
            // Fewer than tasks, so that some wait for their turn.
            configuration.inflightMax = 12
            configuration.keptConnectionsMax = 6
            let client = try path.client.make(on: actor.loop, configuration)
            defer { client.close() }
            let account = Account()
            let shared = LoopBound((client, account), on: actor.loop)
            let end = actor.loop.now + milliseconds
            let tasks = (0..<16).map { index in
                Task(executorPreference: actor.loop) {
                    await actor.run { actor in
                        let (client, account) = shared.value
                        var random = SeededGenerator(seed: seed &+ UInt64(index))
                        while actor.loop.now < end {
                            await Self.one(client, account, soak, &random, on: actor)
                        }
                    }
                }
            }
            for task in tasks { await task.value }
            #expect(account.begun == account.ended)
            #expect(account.replies > 0)
            #expect(client.inflightCount == 0 && client.waitingCount == 0)
            await Self.closeUnderway(client, account, soak, on: actor)
            let failures = account.failures.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
            return "\(account.ended) requests, \(account.replies) replies, \(failures)"
        }
        soak.server.stop()
        print("soak, \(path.testDescription), seed \(seed): \(summary)")
        await expectCounts(of: soak.server) { $0.ended == $0.connections }
        #expect(soak.arrivalsMax == 1)
        // The server's thread closes its socket last of all.
        let descriptorsAfter = await offPool {
            for _ in 0..<5000 where openDescriptors() > descriptorsBefore { usleep(1000) }
            return openDescriptors()
        }
        #expect(descriptorsAfter <= descriptorsBefore)
    }

    /// Closes the client while requests are at all steps of their way.
    private static func closeUnderway(
        _ client: any UpstreamClient,
        _ account: Account,
        _ soak: FaultSoakServer,
        on actor: isolated LoopActor
    ) async {
        let tasks = (0..<24).map { index in
            client.begin(.get(soak.server.url("/\(account.next + index)"), timeout: 60_000), on: actor)
        }
        account.next += tasks.count
        try? await actor.loop.sleep(milliseconds: 3)
        client.close()
        for task in tasks { _ = await task.value }
        #expect(client.waitingCount == 0)
    }

    /// One request, some of them given up halfway.
    private static func one(
        _ client: any UpstreamClient,
        _ account: Account,
        _ soak: FaultSoakServer,
        _ random: inout SeededGenerator,
        on actor: isolated LoopActor
    ) async {
        let number = account.next
        account.next += 1
        account.begun += 1
        let timeout = UInt64.random(in: 20...400, using: &random)
        let task = client.begin(.get(soak.server.url("/\(number)"), timeout: timeout), on: actor)
        if Int.random(in: 0..<5, using: &random) == 0 {
            for _ in 0..<Int.random(in: 0..<4, using: &random) { await Task.yield() }
            try? await actor.loop.sleep(milliseconds: UInt64.random(in: 0...5, using: &random))
            task.cancel()
        }
        let outcome = await task.value
        account.ended += 1
        switch outcome {
        case .success(let reply):
            account.replies += 1
            #expect(reply.text == "\(number)", "another request's reply")
            #expect(soak.arrivals(of: number) == 1)
        case .failure(let error):
            account.failures[error.code, default: 0] += 1
            if !error.requestSent {
                #expect(soak.arrivals(of: number) == 0, "\(error) says that \(number) was not sent")
            }
        }
    }
}

/// How many descriptors the process has open.
private func openDescriptors() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
}
