import HTTPServer
import TestSupport
import Testing
import UV

@testable import Gateway

/// A login of nobody's connection, whose outcome goes to a test.
final class RecordedAttempt: LoginAttempt, @unchecked Sendable {
    private let outcome: Completion<Result<LoginReply, GatewayError>>
    private(set) var ends = 0

    init(_ login: LoginRequest, by service: LoginService) throws {
        outcome = Completion(on: service.loop)
        super.init(login, in: try GatewaySamples.request(), by: service)
    }

    override func end(_ outcome: Result<LoginReply, GatewayError>) {
        ends += 1
        self.outcome.finish(outcome)
    }

    /// What it came to; the task's cancellation is the client's hang-up.
    func value(isolation: isolated (any Actor)? = #isolation) async throws -> LoginReply {
        guard let outcome = await outcome.value(onCancel: { self.hungUp() }) else { throw CancellationError() }
        return try outcome.get()
    }
}

extension LoginService {
    /// Logs in, for tests with tasks.
    func login(_ login: LoginRequest, isolation: isolated (any Actor)? = #isolation) async throws -> LoginReply {
        let attempt = try RecordedAttempt(login, by: self)
        attempt.start()
        return try await attempt.value()
    }
}
