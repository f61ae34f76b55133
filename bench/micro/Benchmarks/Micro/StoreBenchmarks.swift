import Benchmark
import FoundationEssentials
import Gateway
import Logging
import SQLiteStore

/// Users and sessions, stored.
enum StoreBenchmarks {
    /// Logins under way at once: what a loop has on its hands under load.
    static let concurrency = 64

    static func add() {
        Benchmark("record a login in memory") { (benchmark, users: MemoryUserStore) in
            for number in benchmark.scaledIterations {
                blackHole(try await users.recordLogin(login(of: number % 100_000)))
            }
        } setup: {
            MemoryUserStore()
        }
        Benchmark("record a login in SQLite, 64 at once") { benchmark in
            try await withEmbeddedStore { store in
                let count = benchmark.scaledIterations.count
                benchmark.startMeasurement()
                await withTaskGroup(of: Void.self) { group in
                    for lane in 0..<concurrency {
                        group.addTask {
                            for number in stride(from: lane, to: count, by: concurrency) {
                                blackHole(try? await store.users.recordLogin(login(of: number)))
                            }
                        }
                    }
                }
                benchmark.stopMeasurement()
            }
        }
    }

    private static func login(of number: Int) -> UserLogin {
        UserLogin(
            key: User.Key(appID: "wx4f4bc4dec97d474b", openID: "oGZUI0egBJY1zhBYw2Kh\(10_000_000 + number)"),
            now: 1_790_000_000_000
        )
    }

    private static func withEmbeddedStore(_ body: (EmbeddedStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wxgate-micro-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try EmbeddedStore(directory: folder.path, logger: Logger(label: "bench"))
        defer { store.close() }
        try await body(store)
    }
}
