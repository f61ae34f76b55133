import HTTP
import HTTPServer
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// Pools over a scripted WeChat on one loop, with a clock that the test moves.
///
/// The pools look at the clock often, so what a moved clock brings comes at once.
final class QRCodesFixture: Sendable {
    let clock = ManualClock()
    let upstream = CodeUpstream()
    let recorder = LogRecorder()
    let app: App
    private let policy: QRPolicy

    init(size: Int = 4, page: String? = nil, _ change: (inout QRPolicy) -> Void = { _ in }) throws {
        var app = try GatewaySamples.app()
        app.qrPage = page
        self.app = app
        var policy = QRPolicy()
        policy.poolSize = size
        change(&policy)
        self.policy = policy
    }

    /// Runs a body with pools that have been started, on their loop; then stops them.
    func withCodes(
        timeoutMilliseconds: UInt64 = 3_000,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (isolated LoopActor, QRCodes) async throws -> Void
    ) async throws {
        try await withLoop(sourceLocation: sourceLocation) { [self] actor in
            let server = upstream.server(on: actor.loop)
            var configuration = UpstreamConfiguration()
            configuration.bases = ["http://127.0.0.1:\(try server.start())"]
            configuration.timeoutMilliseconds = timeoutMilliseconds
            let tokens = try tokens(configuration, on: actor.loop)
            let codes = QRCodes(of: [app], over: [actor.loop], environment(configuration, tokens))
            try await tokens.start()
            try await codes.start()
            let result: Result<Void, any Error>
            do { result = .success(try await body(actor, codes)) } catch { result = .failure(error) }
            await codes.stop()
            upstream.release()
            await tokens.stop()
            await server.drain(timeoutMilliseconds: 100)
            try result.get()
        }
    }

    private func environment(_ upstream: UpstreamConfiguration, _ tokens: AccessTokens) -> QRCodeEnvironment {
        let logger = recorder.logger()
        return QRCodeEnvironment(
            policy: policy,
            upstream: upstream,
            accessTokens: tokens,
            clock: clock.wall,
            failures: WeChatFailureLog(logger: logger, clock: clock.wall),
            logger: logger,
            clockLookMilliseconds: 10
        )
    }

    private func tokens(_ upstream: UpstreamConfiguration, on loop: EventLoop) throws -> AccessTokens {
        let logger = recorder.logger()
        let environment = AccessTokenEnvironment(
            policy: AccessTokenPolicy(),
            upstream: upstream,
            store: MemoryAccessTokenStore(),
            dataKeys: [try DataKey(Array(repeating: 7, count: 32))],
            clock: clock.wall,
            failures: WeChatFailureLog(logger: logger, clock: clock.wall),
            logger: logger
        )
        return AccessTokens(of: [app], over: [loop], environment)
    }

    /// Asks in a task of its own.
    func ask(_ codes: QRCodes, _ actor: LoopActor) -> Task<Result<FreshCode, GatewayError>, Never> {
        let app = app
        return Task(executorPreference: actor.loop) {
            await actor.run { actor in
                do throws(GatewayError) {
                    return .success(try await codes.code(of: app, on: actor.loop))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    /// Waits until so many codes are ready.
    func untilReady(
        _ count: Int,
        _ codes: QRCodes,
        on loop: EventLoop,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await until(on: loop, sourceLocation: sourceLocation) { codes.readyCounts[0].count == count }
    }

    /// Lines that begin so.
    func lines(_ prefix: String) -> [String] { recorder.lines.filter { $0.hasPrefix(prefix) } }
}

extension Result where Failure == GatewayError {
    /// The status, name and Retry-After as clients see them; nil: a success.
    var problem: (status: Int, error: String, retryAfter: Int?)? {
        guard case .failure(let error) = self else { return nil }
        let problem = error.problem
        let retryAfter = problem.headers.first { $0.0 == "Retry-After" }.flatMap { Int($0.1) }
        return (Int(problem.status.code), problem.error, retryAfter)
    }
}
