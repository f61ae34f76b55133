import Glibc
import TestSupport
import Testing
import UV

@testable import HTTPClient

extension String {
    /// A reply with Content-Length.
    static func reply(_ body: String, type: String = "text/plain") -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

extension ClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension ClientRequest {
    static func get(_ url: String, timeout: UInt64 = 10_000, connectTimeout: UInt64 = 5000) -> ClientRequest {
        ClientRequest(
            url: SecretURL(url),
            timeoutMilliseconds: timeout,
            connectTimeoutMilliseconds: connectTimeout
        )
    }
}

extension UpstreamClient {
    /// The outcome as a value.
    func outcome(of request: ClientRequest) async -> Result<ClientResponse, ClientError> {
        do throws(ClientError) {
            return .success(try await perform(request))
        } catch {
            return .failure(error)
        }
    }

    /// The error of a request that must fail.
    func failure(of request: ClientRequest) async -> ClientError? {
        guard case .failure(let error) = await outcome(of: request) else { return nil }
        return error
    }

    /// Starts a request in a task of its own that prefers the loop.
    func begin(
        _ request: ClientRequest,
        on actor: isolated LoopActor
    ) -> Task<Result<ClientResponse, ClientError>, Never> {
        let client = LoopBound(self as any UpstreamClient, on: actor.loop)
        return Task(executorPreference: actor.loop) {
            await actor.run { _ in await client.value.outcome(of: request) }
        }
    }
}

/// The two that must do the same.
enum ClientKind: CaseIterable {
    case curl, native

    func make(on loop: EventLoop, _ configuration: ClientConfiguration) throws -> any UpstreamClient {
        switch self {
        case .curl: try CurlClient(on: loop, configuration: configuration)
        case .native: NativeClient(on: loop, configuration: configuration)
        }
    }
}

/// Runs a body with a client on a loop of its own, closes the client, and proves that the loop closed empty.
func withClient<Value: Sendable>(
    _ kind: ClientKind,
    _ configuration: ClientConfiguration = ClientConfiguration(),
    _ body: @escaping @Sendable (any UpstreamClient, isolated LoopActor) async throws -> Value
) async throws -> Value {
    try await withLoop { actor in
        let client = try kind.make(on: actor.loop, configuration)
        defer { client.close() }
        return try await body(client, actor)
    }
}

/// Waits off the loop until the server has counted as wanted.
func expectCounts(
    of server: ScriptedServer,
    _ isDone: @escaping @Sendable (ScriptedServer.Counts) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    let isReached = await offPool { server.wait(until: isDone) }
    #expect(isReached, "counts are \(server.counts)", sourceLocation: sourceLocation)
}

/// A door that test code opens and a script waits at.
final class Gate: Sendable {
    private let isOpen = Locked(false)
    func open() { isOpen.withLock { $0 = true } }

    /// Blocks the script until the door is open, or the server's patience ends.
    func wait() {
        for _ in 0..<(ScriptedServer.patienceSeconds * 1000) {
            if isOpen.withLock({ $0 }) { return }
            usleep(1000)
        }
    }
}

extension ClientError {
    static func cancelled(requestSent: Bool) -> ClientError { ClientError(.cancelled, requestSent: requestSent) }
    static func closed(requestSent: Bool) -> ClientError { ClientError(.closed, requestSent: requestSent) }
}

/// Waits for a request that must succeed.
func expectSuccess(
    of task: Task<Result<ClientResponse, ClientError>, Never>,
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    let outcome = await task.value
    #expect(throws: Never.self, sourceLocation: sourceLocation) { try outcome.get() }
}
