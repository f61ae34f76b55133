internal import UV
internal import WeChat

/// The codes and links of all apps, each with its pool. One instance a gateway; any thread.
final class QRCodes: QRCodeSource {
    private let pools: [String: QRCodePool]
    private let clock: WallClock

    /// Makes the pools.
    ///
    /// - Parameter homes: the loops over which they are spread, at least one.
    init(of apps: [App], over homes: [EventLoop], _ environment: QRCodeEnvironment) {
        precondition(!homes.isEmpty, "a pool lives on a loop")
        clock = environment.clock
        var pools: [String: QRCodePool] = [:]
        for (index, app) in apps.enumerated() {
            let home = homes[index % homes.count]
            pools[app.id] = QRCodePool(of: app, at: home, among: apps.count, environment)
        }
        self.pools = pools
    }

    /// Begins to fill every pool, and waits for none. Once, while the homes run and after the access_tokens have started.
    ///
    /// - Throws: `ClientError` when the library cannot start; then `stop`.
    func start() async throws {
        for pool in pools.values { try await pool.start() }
    }

    /// Ends what is under way. When no request needs a code any more, and before the access_tokens and the loops end.
    func stop() async {
        for pool in pools.values { await pool.stop() }
    }

    func code(of app: App, on loop: EventLoop) async throws(GatewayError) -> FreshCode {
        do throws(QRCodeRefusal) {
            return try await pool(of: app).code(on: loop)
        } catch {
            switch error {
            case .failed(let error): throw failure(error, isLimitOfMinute: true)
            case .overBudget(let seconds):
                throw .overloaded("Too many codes were drawn in the last minute.", retryAfter: seconds)
            case .tooManyWait: throw .overloaded("Too many wait for a code already.", retryAfter: 1)
            }
        }
    }

    func link(to scene: QRScene, of app: App, on loop: EventLoop) async throws(GatewayError) -> String {
        do throws(WeChatError) {
            return try await pool(of: app).link(to: scene)
        } catch {
            throw failure(error, isLimitOfMinute: false)
        }
    }

    /// Codes that are ready, in the order of the appids.
    var readyCounts: [(appID: String, count: Int)] {
        pools.sorted { $0.key < $1.key }.map { ($0.key, $0.value.readyCount) }
    }

    private func failure(_ error: WeChatError, isLimitOfMinute: Bool) -> GatewayError {
        .upstream(WeChatFailure(error: error, now: clock.seconds, isLimitOfMinute: isLimitOfMinute))
    }

    private func pool(of app: App) -> QRCodePool {
        guard let pool = pools[app.id] else { preconditionFailure("an app comes from the configuration") }
        return pool
    }
}
