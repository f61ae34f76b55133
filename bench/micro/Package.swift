// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that whoever builds wxgate does not fetch what only its micro-benchmarks need.
let package = Package(
    name: "wxgate-micro",
    dependencies: [
        .package(name: "wxgate", path: "../.."),
        // Runs micro-benchmarks for long enough, counts CPU time, and compares runs. Without its traits, which bring
        // interposers of malloc and of the Swift runtime.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
        // The logger that a store wants.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "Micro",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "WxgateModules", package: "wxgate"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/Micro",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("NonisolatedNonsendingByDefault")],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    ]
)
