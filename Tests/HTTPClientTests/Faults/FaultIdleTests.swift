import Glibc
import TestSupport
import Testing
import UV

@testable import HTTPClient

/// What happens to kept connections while nobody uses them, up to the last moment before somebody does.
@Suite struct FaultIdleTests {
    enum Disturbance: String, CaseIterable {
        case fin, reset, goodbye, goodbyeAndEnd, bytes, secondReply

        var needsTLS: Bool { self == .goodbye || self == .goodbyeAndEnd }

        func happen(on connection: ScriptedConnection) {
            switch self {
            case .fin: connection.shutdownWriting()
            case .reset: connection.reset()
            case .goodbye: connection.sayGoodbye()
            case .goodbyeAndEnd:
                connection.sayGoodbye()
                connection.shutdownWriting()
            case .bytes: connection.send("x")
            case .secondReply: connection.send(.reply("planted"))
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let path: FaultPath
        let disturbance: Disturbance
        /// Whether the loop has a chance to notice before the next request.
        let isNoticed: Bool

        var testDescription: String {
            "\(path.testDescription), \(disturbance), \(isNoticed ? "noticed" : "just before the next request")"
        }

        static let all = FaultPath.all.flatMap { path in
            Disturbance.allCases.filter { path.isTLS || !$0.needsTLS }.flatMap { disturbance in
                [true, false].compactMap { isNoticed in
                    // libcurl itself looks only for FIN; the rest is found out by the loop.
                    let isBlind = path.client == .curl && disturbance != .fin
                    return isBlind && !isNoticed
                        ? nil : Case(path: path, disturbance: disturbance, isNoticed: isNoticed)
                }
            }
        }
    }

    @Test(arguments: Case.all)
    func `a kept connection on which anything has happened is replaced without a trace`(given: Case) async throws {
        let gate = Gate()
        let done = Gate()
        let server = try ScriptedServer(given.path.certificate()) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(.reply("first"))
            if connection.index == 0 {
                gate.wait()
                given.disturbance.happen(on: connection)
                done.open()
            }
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        defer { server.stop() }
        try await withClient(given.path.client, given.path.configuration()) { client, actor in
            let first = try await client.perform(.get(server.url("/first")))
            #expect(first.text == "first")
            gate.open()
            if given.isNoticed {
                await expectCounts(of: server) { $0.ended == 1 }
            } else {
                // On the loop's thread, so that it cannot look.
                done.wait()
            }
            let second = try await client.perform(.get(server.url("/second")))
            #expect(second.text == "first")
        }
        #expect(server.counts.connections == 2)
        #expect(server.requests.filter { $0.hasPrefix("GET /second ") }.count == 1)
    }

    @Test(arguments: FaultPath.all.filter { $0.client == .native || !$0.isTLS })
    func `a connection that is too old is not used again`(path: FaultPath) async throws {
        let server = try ScriptedServer(path.certificate()) { $0.answerAll(.reply("ok")) }
        defer { server.stop() }
        var configuration = try path.configuration()
        configuration.keptSecondsMax = 1
        try await withClient(path.client, configuration) { client, actor in
            _ = try await client.perform(.get(server.url()))
            _ = try await client.perform(.get(server.url()))
            #expect(server.counts.connections == 1)
            // libcurl counts whole seconds, and only more than the limit.
            try await actor.loop.sleep(milliseconds: path.client == .curl ? 2100 : 1200)
            _ = try await client.perform(.get(server.url()))
        }
        #expect(server.counts.connections == 2)
    }

    @Test(arguments: FaultPath.native)
    func `the connection that was used last is used next`(path: FaultPath) async throws {
        let gate = Gate()
        let server = try ScriptedServer(path.certificate()) { connection in
            guard connection.readRequest() != nil else { return }
            gate.wait()
            connection.send(.reply("\(connection.index)"))
            connection.answerAll(.reply("\(connection.index)"))
        }
        defer { server.stop() }
        try await withClient(path.client, path.configuration()) { client, actor in
            let tasks = (0..<3).map { _ in client.begin(.get(server.url()), on: actor) }
            await expectCounts(of: server) { $0.requests == 3 }
            gate.open()
            for task in tasks { _ = await task.value }
            var used: Set<String> = []
            for _ in 0..<5 { used.insert(try await client.perform(.get(server.url())).text) }
            #expect(used.count == 1)
        }
        #expect(server.counts.connections == 3)
    }
}
