import HTTP
import HTTPServer
import OpenSSL
import Prometheus
import Testing
import UV
import WeChat

@testable import Gateway

/// Web logins over stores in memory and a source of codes that the test plays; the loop is only a name here.
final class QRFixture {
    /// What all loops share.
    final class Shared: Sendable {
        let store = MemoryQRTicketStore()
        let changes = QRTicketChanges()
        let codes = ScriptedCodeSource()
        let registry = PrometheusRegistry()
        let metrics: QRMetrics
        let ticketLimit: CountedLimit<String>
        let sceneLimit: CountedLimit<User.Key>
        let clock: ManualClock

        init(clock: ManualClock, tickets: Int, scenes: Int) {
            self.clock = clock
            metrics = QRMetrics(of: store, in: registry, clock: clock.wall)
            ticketLimit = CountedLimit(tickets)
            sceneLimit = CountedLimit(scenes)
        }

        var limits: QRTicketLimits {
            QRTicketLimits(
                takeTicket: { [ticketLimit] address, _ in ticketLimit.take(address) },
                takeWrongScene: { [sceneLimit] user, _ in sceneLimit.take(user) },
                isOutOfScenes: { [sceneLimit] user, _ in sceneLimit.isExhausted(user) }
            )
        }
    }

    static let other = User.Key(appID: GatewaySamples.appID, openID: "o-other")

    let users: UserFixture
    let shared: Shared
    let service: QRTicketService
    let loop: EventLoop
    var clock: ManualClock { users.clock }

    init(
        policy: QRPolicy = QRPolicy(),
        users fixture: UserFixture? = nil,
        userStore: (any UserStore)? = nil,
        tickets: Int = 1_000_000,
        scenes: Int = 30
    ) throws {
        let users = try fixture ?? UserFixture()
        self.users = users
        shared = Shared(clock: users.clock, tickets: tickets, scenes: scenes)
        loop = try EventLoop()
        service = try QRFixture.service(shared, users, on: loop, policy: policy, userStore: userStore)
    }

    deinit { _ = loop.close() }

    /// The service of another loop.
    static func service(
        _ shared: Shared,
        _ users: UserFixture,
        on loop: EventLoop,
        policy: QRPolicy = QRPolicy(),
        userStore: (any UserStore)? = nil
    ) throws -> QRTicketService {
        try QRTicketService(
            on: loop,
            store: shared.store,
            changes: shared.changes,
            codes: shared.codes,
            users: userStore ?? users.users,
            sessions: users.sessions,
            records: users.records,
            policy: policy,
            limits: shared.limits,
            metrics: shared.metrics,
            clock: users.clock.wall
        )
    }

    /// A new ticket.
    func create(_ via: QRTicket.Via = .code, address: String? = "192.0.2.1") async throws -> NewQRTicket {
        try await service.create(
            QRTicketRequest(
                app: try GatewaySamples.app(),
                via: via,
                asker: QRTicket.Asker(site: "shop", address: address, userAgent: "Firefox"),
                limitAddress: address ?? "192.0.2.9"
            )
        )
    }

    /// A session of the mini-program.
    func session(
        _ user: User.Key = UserFixture.key,
        channel: SessionChannel = .mini,
        device: String? = nil
    ) async throws -> CheckedSession {
        let token = try await users.logIn(user, channel: channel, device: device)
        return try await users.sessions.check(BearerToken(token))
    }

    /// A ticket that a session has scanned, with its nonce.
    func scanned(by session: CheckedSession) async throws -> (NewQRTicket, nonce: String) {
        let new = try await create()
        return (new, try await scan(new, by: session).nonce.text)
    }

    func scan(
        _ new: NewQRTicket,
        by session: CheckedSession,
        launch: Int? = 1047,
        address: String? = "192.0.2.1"
    ) async throws -> QRScanReply {
        let request = QRScanRequest(scene: new.ticket.scene.text, launchScene: launch, address: address)
        return try await service.scan(request, by: session)
    }

    /// A ticket that was confirmed.
    func confirmed(by session: CheckedSession) async throws -> NewQRTicket {
        let (new, nonce) = try await scanned(by: session)
        try await service.confirm(new.ticket.scene.text, nonce: nonce, by: session)
        return new
    }

    func status(_ new: NewQRTicket) async throws -> QRStatus? {
        let now = clock.milliseconds
        return try await shared.store.ticket(new.ticket.id, now: now)?.ticket.life.status(now: now)
    }

    /// The samples of a metric that are not 0.
    func moved(_ name: String) -> [String] {
        String(decoding: shared.registry.text(), as: UTF8.self).split(separator: "\n")
            .filter { ($0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ")) && !$0.hasSuffix(" 0") }
            .map { String($0.dropFirst(name.count)) }
    }
}

/// The error's name, or ok.
func outcome(_ call: () async throws -> Void) async -> String {
    do {
        try await call()
        return "ok"
    } catch let error as any ProblemConvertible {
        return error.problem.error
    } catch {
        return "\(error)"
    }
}

extension QRPollAnswer {
    var login: ClaimedLogin? { if case .login(let login, _) = self { login } else { nil } }
    var status: QRStatus? { if case .status(let status, _, _) = self { status } else { nil } }
    var isClaiming: Bool { if case .claiming = self { true } else { false } }
}
