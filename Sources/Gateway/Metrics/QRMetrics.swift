internal import Metrics
internal import Prometheus

/// `wxgate_qr_tickets{status}`, `wxgate_qr_scans_without_launch_scene_total` and `wxgate_qr_refusals_total{reason}`. Any
/// thread.
final class QRMetrics: Sendable {
    private let withoutLaunchScene: Counter
    private let refusals: [QRRefusal: Counter]

    init(of store: any QRTicketStore, in registry: PrometheusRegistry, clock: WallClock) {
        registry.compute(
            "wxgate_qr_tickets",
            help: "Web logins that are remembered, by how they stand; ended ones for a minute."
        ) {
            let counts = store.counts(now: clock.milliseconds)
            return QRStatus.allCases.map { MetricSample([("status", $0.rawValue)], Double(counts[$0] ?? 0)) }
        }
        let (scans, refused) = ("wxgate_qr_scans_without_launch_scene_total", "wxgate_qr_refusals_total")
        registry.describe(scans, "Scans of phones that did not say how the mini-program was opened.")
        registry.describe(refused, "Calls about web logins that were refused, by why.")
        withoutLaunchScene = Counter(label: scans, dimensions: [], factory: registry)
        refusals = Dictionary(
            uniqueKeysWithValues: QRRefusal.allCases.map { reason in
                (reason, Counter(label: refused, dimensions: [("reason", reason.rawValue)], factory: registry))
            }
        )
    }

    /// A phone did not say its launch scene.
    func scannedWithoutLaunchScene() { withoutLaunchScene.increment() }

    /// A call was refused.
    func refused(_ reason: QRRefusal) { refusals[reason]?.increment() }
}
