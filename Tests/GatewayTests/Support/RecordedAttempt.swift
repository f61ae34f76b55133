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
        loop.preconditionOnLoop()
        ends += 1
        withUnsafeCurrentTask { hasTask = $0 != nil }
        self.outcome.finish(outcome)
    }

    /// The token, or the error's name.
    func text(isolation: isolated (any Actor)? = #isolation) async throws -> String {
        do {
            guard let outcome = await outcome.value() else { throw CancellationError() }
            return try outcome.get().token.string
        } catch let error as GatewayError {
            return error.problem.error
        }
    }
}
