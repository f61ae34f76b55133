import HTTPServer
import Logging
import Synchronization
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// Keepers over a scripted WeChat on one loop, with a clock that the test moves.
///
/// The keepers look at the clock often, so what a moved clock brings comes at once.
final class KeeperFixture: Sendable {
    let clock = ManualClock()
    let upstream = TokenUpstream()
    let store: any AccessTokenStore
    let recorder = LogRecorder()
    let app: App
    private let mode: AccessTokenMode
    private let apps: [App]
    private let key: UInt8
    private let seen = Mutex<[AccessTokenEvent]>([])

    /// - Parameter key: fills the data key.
    init(
        mode: AccessTokenMode = .stable,
        store: any AccessTokenStore = MemoryAccessTokenStore(),
        others: [App] = [],
        key: UInt8 = 7
    ) throws {
        self.mode = mode
        self.store = store
        self.key = key
        app = try GatewaySamples.app()
        apps = [app] + others
    }

    /// What happened to the tokens, in order.
    var events: [AccessTokenEvent] { seen.withLock { $0 } }

    /// Runs a body with keepers that have been started, on their loop; then stops them.
    func withTokens(
        timeoutMilliseconds: UInt64 = 3_000,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (isolated LoopActor, AccessTokens) async throws -> Void
    ) async throws {
        try await withUnstartedTokens(
            timeoutMilliseconds: timeoutMilliseconds,
            sourceLocation: sourceLocation
        ) { actor, tokens in
            try await tokens.start()
            try await body(actor, tokens)
        }
    }

    /// The same, but that the body starts them.
    func withUnstartedTokens(
        timeoutMilliseconds: UInt64 = 3_000,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (isolated LoopActor, AccessTokens) async throws -> Void
    ) async throws {
        try await withLoop(sourceLocation: sourceLocation) { [self] actor in
            let server = upstream.server(on: actor.loop)
            let environment = try environment(port: try server.start(), timeoutMilliseconds: timeoutMilliseconds)
            let tokens = AccessTokens(of: apps, over: [actor.loop], environment)
            let result: Result<Void, any Error>
            do { result = .success(try await body(actor, tokens)) } catch { result = .failure(error) }
            upstream.release()
            await tokens.stop()
            await server.drain(timeoutMilliseconds: 100)
            try result.get()
        }
    }

    private func environment(port: UInt16, timeoutMilliseconds: UInt64) throws -> AccessTokenEnvironment {
        var policy = AccessTokenPolicy()
        policy.mode = mode
        policy.clockLookMilliseconds = 10
        var upstream = UpstreamConfiguration()
        upstream.bases = ["http://127.0.0.1:\(port)"]
        upstream.timeoutMilliseconds = timeoutMilliseconds
        let logger = recorder.logger()
        return AccessTokenEnvironment(
            policy: policy,
            upstream: upstream,
            store: store,
            dataKeys: [try DataKey(Array(repeating: key, count: 32))],
            clock: clock.wall,
            failures: WeChatFailureLog(logger: logger, clock: clock.wall),
            logger: logger,
            onEvent: { [self] _, event in seen.withLock { $0.append(event) } }
        )
    }

    /// Lines that begin so.
    func lines(_ prefix: String) -> [String] { recorder.lines.filter { $0.hasPrefix(prefix) } }
}
