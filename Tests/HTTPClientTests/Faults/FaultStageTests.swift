import Glibc
import TestSupport
import Testing
import UV

@testable import HTTPClient

/// A request that is given up, or whose client closes, or whose time is over, at each step of its way.
@Suite struct FaultStageTests {
    /// Where the request stands when it ends.
    enum Stage: CaseIterable {
        case waiting, connecting, securing, halfSecured, asking, withinHead, withinBody

        /// Whether a server may have the request.
        var isSent: Bool { self == .asking || self == .withinHead || self == .withinBody }
        var needsTLS: Bool { self == .securing || self == .halfSecured }
    }

    enum Ending: CaseIterable { case cancelled, closed, timedOut }

    struct Case: Sendable, CustomTestStringConvertible {
        let path: FaultPath
        let stage: Stage
        let ending: Ending

        var testDescription: String { "\(path.testDescription), \(stage), \(ending)" }

        static let all = FaultPath.all.flatMap { path in
            Stage.allCases.filter { path.isTLS || !$0.needsTLS }.flatMap { stage in
                Ending.allCases.map { Case(path: path, stage: stage, ending: $0) }
            }
        }

        /// What the server does with the request.
        func script(_ connection: ScriptedConnection, reached: Gate) {
            switch stage {
            case .securing:
                reached.open()
                connection.waitRaw()
            case .halfSecured:
                connection.sendRaw(connection.firstFlight().prefix(100) + [])
                reached.open()
                connection.waitRaw()
            case .waiting, .connecting, .asking, .withinHead, .withinBody:
                guard connection.readRequest() != nil else { return }
                if stage == .withinHead { connection.send("HTTP/1.1 200 OK\r\nContent-") }
                if stage == .withinBody { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") }
                reached.open()
                connection.waitForEnd()
            }
        }

        func expected(_ error: ClientError) -> Bool {
            let code: ClientError.Code =
                switch ending {
                case .cancelled: .cancelled
                case .closed: .closed
                case .timedOut: .timedOut
                }
            return error.code == code && error.requestSent == stage.isSent
        }
    }

    @Test(arguments: Case.all)
    func `a request that ends on its way frees everything at once, and tells how far it was`(
        given: Case
    ) async throws {
        let reached = Gate()
        let server = try ScriptedServer(given.path.certificate()) { given.script($0, reached: reached) }
        let full = try FullPort()
        defer { server.stop() }
        let scheme = given.path.isTLS ? "https" : "http"
        let url = given.stage == .connecting ? "\(scheme)://127.0.0.1:\(full.port)/" : server.url("/once")
        let timeout: UInt64 = given.ending == .timedOut ? 300 : 60_000
        var configuration = try given.path.configuration()
        configuration.inflightMax = 1
        try await withClient(given.path.client, configuration) { client, actor in
            // Takes the only turn.
            let other =
                given.stage == .waiting
                ? client.begin(
                    .get("http://127.0.0.1:\(full.port)/", timeout: 60_000, connectTimeout: 60_000),
                    on: actor
                )
                : nil
            while given.stage == .waiting, client.inflightCount == 0 { await Task.yield() }
            let task = client.begin(.get(url, timeout: timeout, connectTimeout: 60_000), on: actor)
            switch given.stage {
            case .waiting: while client.waitingCount == 0 { await Task.yield() }
            case .connecting: while client.inflightCount == 0 { await Task.yield() }
            default: await offPool { reached.wait() }
            }
            // What was sent after the request has to arrive, or the stage is the one before.
            try await actor.loop.sleep(milliseconds: 20)
            switch given.ending {
            case .cancelled: task.cancel()
            case .closed: client.close()
            case .timedOut: break
            }
            let outcome = await task.value
            if case .failure(let error) = outcome {
                #expect(given.expected(error), "\(error), sent: \(error.requestSent)")
            } else {
                Issue.record("\(outcome)")
            }
            #expect(client.waitingCount == 0)
            // A closed client has nothing under way; the libcurl one does not count that any more.
            if given.ending != .closed { #expect(client.inflightCount == (given.stage == .waiting ? 1 : 0)) }
            if given.stage != .waiting, given.stage != .connecting {
                await expectCounts(of: server) { $0.ended == 1 }
            }
            other?.cancel()
            _ = await other?.value
        }
        #expect(server.counts.requests == (given.stage.isSent ? 1 : 0))
        withExtendedLifetime(full) {}
    }

    @Test(arguments: Ending.allCases)
    func `neither does a lookup without an answer hold anything up`(ending: Ending) async throws {
        let answer = Gate()
        defer { answer.open() }
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { _ in
                answer.wait()
                return .failure(UVError(code: -3008))
            }
            let client = NativeClient(on: actor.loop, configuration: ClientConfiguration(), resolver: resolver)
            defer { client.close() }
            let timeout: UInt64 = ending == .timedOut ? 300 : 60_000
            let task = client.begin(.get("http://silent.test/", timeout: timeout, connectTimeout: 60_000), on: actor)
            while client.inflightCount == 0 { await Task.yield() }
            switch ending {
            case .cancelled: task.cancel()
            case .closed: client.close()
            case .timedOut: break
            }
            guard case .failure(let error) = await task.value else {
                Issue.record("a reply from nowhere")
                return
            }
            let code: ClientError.Code =
                switch ending {
                case .cancelled: .cancelled
                case .closed: .closed
                case .timedOut: .timedOut
                }
            #expect(error.code == code && !error.requestSent)
            #expect(client.inflightCount == 0)
        }
    }
}
