internal import HTTPServer
internal import Logging
internal import OpenSSL

/// Decides who may make a call of the operator's listener, and leaves a trace of it (contract section 5). Any thread.
final class AdminAuthorization: Sendable {
    let uses = AdminKeyUses()
    private let keys: AdminKeys
    private let logger: Logger

    init(keys: AdminKeys, logger: Logger) {
        self.keys = keys
        self.logger = logger
    }

    /// The key that a call is made with. Every use of one is logged by its name, never by itself.
    ///
    /// - Parameter call: the route, for the log; nothing of the request, which may name a person.
    /// - Throws: `invalidToken` without a key or with an unknown one; `forbidden` when it lacks the scope, or when no key
    ///   is configured at all.
    func authorize(
        _ request: Request,
        for scope: AdminScope,
        call: StaticString
    ) throws(GatewayError) -> AdminKey {
        try authorize(request, for: scope, call: call) { () throws(GatewayError) in try request.bearerToken().string }
    }

    /// The same for a call whose key stands elsewhere than in its Authorization field.
    ///
    /// - Parameter text: the key as it came; nil: there was none.
    func authorize(
        _ request: Request,
        by text: String?,
        for scope: AdminScope,
        call: StaticString
    ) throws(GatewayError) -> AdminKey {
        try authorize(request, for: scope, call: call) { () throws(GatewayError) in
            guard let text else { throw .invalidToken(.missing) }
            return text
        }
    }

    private func authorize(
        _ request: Request,
        for scope: AdminScope,
        call: StaticString,
        keyText: () throws(GatewayError) -> String
    ) throws(GatewayError) -> AdminKey {
        guard !keys.isEmpty else { throw .forbidden("No key is configured for such calls.") }
        let key: AdminKey
        do throws(GatewayError) {
            key = try self.key(try keyText())
        } catch {
            uses.addUnknown()
            throw error
        }
        let isAllowed = key.scopes.contains(scope)
        let outcome: AdminKeyUses.Outcome = isAllowed ? .allowed : .forbidden
        uses.add(key.name, outcome)
        var metadata = RequestLog(request).metadata
        metadata["key"] = "\(key.name)"
        metadata["call"] = "\(call)"
        metadata["outcome"] = "\(outcome.rawValue)"
        logger.info("operator's call", metadata: metadata)
        guard isAllowed else { throw .forbidden("The key lacks the scope \(scope.rawValue).") }
        return key
    }

    private func key(_ text: String) throws(GatewayError) -> AdminKey {
        let found = try GatewayError.ofLibrary { () throws(OpenSSLError) in try keys.key(text) }
        guard let found else { throw .invalidToken(.unknown) }
        return found
    }
}
