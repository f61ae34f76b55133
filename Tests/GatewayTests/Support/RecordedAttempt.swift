import HTTPServer
import TestSupport
import Testing
import UV

@testable import Gateway

/// A login on nobody's connection, whose outcome goes to a test.
final class RecordedAttempt: LoginAttempt, @unchecked Sendable {
    private let outcome: Completion<Result<LoginReply, GatewayError>>
    private let loop: EventLoop
    /// How often it came to an end, and whether it was in a task then.
    private(set) var ends = 0
    private(set) var hasTask = false

    init(_ login: LoginRequest, by service: LoginService) throws {
        loop = service.loop
        outcome = Completion(on: loop)
        super.init(login, in: try GatewaySamples.request(), by: service)
    }

    override func end(_ outcome: Result<LoginReply, GatewayError>) {
        #expect(loop.isOnLoop)
        ends += 1
        withUnsafeCurrentTask { hasTask = $0 != nil }
        self.outcome.finish(outcome)
    }

    /// The token, or the error's name; `internal` when it comes to no end.
    func text(isolation: isolated (any Actor)? = #isolation) async throws -> String {
        let timer = Timer(on: loop) { self.outcome.finish(.failure(.internalFailure("no end"))) }
        timer.start(afterMilliseconds: 10_000)
        defer { timer.close() }
        do {
            guard let outcome = await outcome.value() else { throw CancellationError() }
            return try outcome.get().token.string
        } catch let error as GatewayError {
            return error.problem.error
        }
    }
}
