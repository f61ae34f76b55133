import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// Contract section 5: who may make a call that is marked with a scope.
@Suite struct AdminAuthorizationTests {
    private let log = LogRecorder()

    private func authorization(_ keys: [AdminKey]) -> AdminAuthorization {
        AdminAuthorization(keys: AdminKeys(keys), logger: log.logger())
    }

    private func key(_ name: String, scopes: Set<AdminScope>) throws -> AdminKey {
        try AdminKey(name: name, key: "secret of \(name)", scopes: scopes)
    }

    private func outcome(
        _ authorization: AdminAuthorization,
        _ header: String?,
        for scope: AdminScope = .users
    ) throws -> String {
        let headers: Headers = header.map { ["Authorization": $0] } ?? Headers()
        let request = try GatewaySamples.request(.get, "/internal/v1/users/17", headers: headers)
        do throws(GatewayError) {
            return try authorization.authorize(request, for: scope, call: "GET /internal/v1/users/:id").name
        } catch {
            let problem = error.problem
            let reason = problem.members.map { "\($0)" }.joined()
            return "\(problem.status.code) \(problem.error) \(reason)"
        }
    }

    @Test func `no key or an unknown one is 401, told as every bad token is`() throws {
        let authorization = authorization([try key("ops", scopes: [.users])])
        #expect(try outcome(authorization, nil) == #"401 invalid_token reason("missing")"#)
        #expect(try outcome(authorization, "Basic b3BzOm9wcw==") == #"401 invalid_token reason("malformed")"#)
        for text in ["", "x", "secret of nobody", "ops", "secret of op", "secret of opsx"] {
            #expect(try outcome(authorization, "Bearer \(text)").hasPrefix("401 invalid_token"))
        }
        #expect(authorization.uses.unknownCount == 8)
        #expect(log.lines.isEmpty)
    }

    @Test(arguments: AdminScope.allCases, AdminScope.allCases)
    func `each scope opens its own calls and no other`(scope: AdminScope, wanted: AdminScope) throws {
        let authorization = authorization([try key("ops", scopes: [scope])])
        let outcome = try outcome(authorization, "Bearer secret of ops", for: wanted)
        #expect(outcome == (scope == wanted ? "ops" : "403 forbidden "))
    }

    @Test func `without any configured key every call is 403, whatever it brings`() throws {
        let authorization = authorization([])
        for header in [nil, "Bearer x", "Basic x"] {
            #expect(try outcome(authorization, header) == "403 forbidden ")
        }
    }

    @Test func `a key that stands elsewhere is judged, logged and counted as one in the header`() throws {
        let authorization = authorization([
            try key("ops", scopes: [.users]), try key("shop", scopes: [.accessToken]),
        ])
        // What the header says does not matter then.
        let headers: Headers = ["Authorization": "Bearer secret of ops"]
        let request = try GatewaySamples.request(.get, "/cgi-bin/token", headers: headers)
        func outcome(_ text: String?) -> String {
            do throws(GatewayError) {
                return try authorization.authorize(request, by: text, for: .accessToken, call: "GET /x").name
            } catch {
                return "\(error)"
            }
        }
        #expect(outcome("secret of shop") == "shop")
        #expect(outcome("secret of ops") == #"forbidden("The key lacks the scope access_token.")"#)
        #expect(outcome("secret of nobody") == "invalidToken(Gateway.InvalidTokenReason.unknown)")
        #expect(outcome(nil) == "invalidToken(Gateway.InvalidTokenReason.missing)")
        #expect(
            log.lines == [
                "info operator's call call=GET /x key=shop outcome=allowed request_id=request-1",
                "info operator's call call=GET /x key=ops outcome=forbidden request_id=request-1",
            ]
        )
        let uses = authorization.uses
        #expect(uses.count("shop", .allowed) == 1 && uses.count("ops", .forbidden) == 1 && uses.unknownCount == 2)
        let none = AdminAuthorization(keys: AdminKeys([]), logger: log.logger())
        #expect(throws: GatewayError.self) { try none.authorize(request, by: nil, for: .accessToken, call: "GET /x") }
    }

    @Test func `every use is logged and counted by the key's name, never with the key`() throws {
        let authorization = authorization([
            try key("ops", scopes: [.users]), try key("shop", scopes: [.accessToken]),
        ])
        #expect(try outcome(authorization, "Bearer secret of ops") == "ops")
        #expect(try outcome(authorization, "bearer secret of ops") == "ops")
        #expect(try outcome(authorization, "Bearer secret of shop") == "403 forbidden ")
        let call = "call=GET /internal/v1/users/:id"
        #expect(
            log.lines == [
                "info operator's call \(call) key=ops outcome=allowed request_id=request-1",
                "info operator's call \(call) key=ops outcome=allowed request_id=request-1",
                "info operator's call \(call) key=shop outcome=forbidden request_id=request-1",
            ]
        )
        #expect(authorization.uses.count("ops", .allowed) == 2 && authorization.uses.count("ops", .forbidden) == 0)
        #expect(authorization.uses.count("shop", .forbidden) == 1 && authorization.uses.count("shop", .allowed) == 0)
        #expect(!log.lines.joined().contains("secret of"))
    }
}
