import HTTP
import HTTPServer
import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// The services of one loop over stores in memory, with a clock that stands still and a WeChat that the test plays.
final class UserFixture {
    static let key = User.Key(appID: GatewaySamples.appID, openID: GatewaySamples.openID)

    let clock = ManualClock()
    let users: MemoryUserStore
    let store: MemorySessionStore
    let log = LogRecorder()
    let weChat = ScriptedUserAPI()
    let records: RecordCipher
    let sessions: SessionService
    let service: UserService
    let administration: UserAdministration

    /// - Parameters:
    ///   - appIDs: those that are configured.
    ///   - dataKeys: the byte of which each consists, newest first.
    ///   - other: whose stores are shared, as after a restart.
    init(
        appIDs: [String] = [GatewaySamples.appID],
        dataKeys: [UInt8] = [1],
        policy: SessionPolicy = SessionPolicy(),
        stores other: UserFixture? = nil
    ) throws {
        users = other?.users ?? MemoryUserStore()
        store = other?.store ?? MemorySessionStore()
        records = try RecordCipher(keys: dataKeys.map { try GatewaySamples.dataKey($0) })
        let apps = AppRegistry(try appIDs.map { try GatewaySamples.app($0) })
        sessions = try SessionService(
            store: store,
            policy: policy,
            keys: [try GatewaySamples.signingKey()],
            records: records,
            clock: clock.wall
        )
        service = UserService(
            users: users,
            profiles: ProfileService(users: users, sessions: store),
            keys: SessionKeyVault(users: users, records: records, clock: clock.wall),
            checker: try UserDataChecker(),
            records: records,
            apps: apps,
            weChat: weChat,
            clock: clock.wall,
            failures: WeChatFailureLog(logger: log.logger(), clock: clock.wall)
        )
        administration = UserAdministration(
            apps: apps,
            users: users,
            sessions: store,
            records: records,
            erasures: Erasures(),
            clock: clock.wall
        )
    }

    /// A login as the login service does it; its token.
    @discardableResult
    func logIn(
        _ user: User.Key = UserFixture.key,
        sessionKey: String? = GatewaySamples.sessionKey,
        unionID: String? = nil,
        nickName: String? = nil,
        channel: SessionChannel = .mini,
        device: String? = nil
    ) async throws -> String {
        let login = UserLogin(
            key: user,
            unionID: unionID,
            profile: nickName.map { UserProfile(nickName: $0, avatarURL: "https://a.example/\($0)") },
            sessionKey: try sessionKey.map {
                try StoredSessionKey(try #require(SessionKey($0)), of: user, sealedBy: records)
            },
            now: clock.milliseconds
        )
        let (found, _) = try await users.recordLogin(login)
        let issued = try await sessions.open(for: user, identity: found.identity, channel: channel, device: device)
        return issued.token.string
    }

    /// Why a token is dead; nil while it is not.
    func reason(of token: String) async throws -> InvalidTokenReason? {
        do throws(GatewayError) {
            _ = try await sessions.check(BearerToken(token))
            return nil
        } catch {
            guard case .invalidToken(let reason) = error else { throw error }
            return reason
        }
    }
}

extension GatewaySamples {
    static func signingKey(_ byte: UInt8 = 1) throws -> SigningKey {
        try SigningKey(Array(repeating: byte, count: 32))
    }

    static func dataKey(_ byte: UInt8 = 1) throws -> DataKey {
        try DataKey(Array(repeating: byte, count: 32))
    }

    static func authorized(
        _ method: Method = .get,
        _ target: String = "/",
        _ token: String,
        json: String? = nil
    ) throws -> Request {
        var headers: Headers = ["Authorization": "Bearer \(token)"]
        if json != nil { headers.append("Content-Type", "application/json") }
        return try request(method, target, headers: headers, body: json ?? "")
    }
}

/// A reply as one line: its status, and its body, or for a problem the error's name.
func line(_ respond: () async throws -> Response) async -> String {
    do {
        let response = try await respond()
        let body = String(decoding: response.body, as: UTF8.self)
        return body.isEmpty ? "\(response.status.code)" : "\(response.status.code) \(body)"
    } catch let error as any ProblemConvertible {
        let problem = error.problem
        return "\(problem.status.code) \(problem.error): \(problem.detail)"
    } catch {
        return "\(error)"
    }
}
