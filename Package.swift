// swift-tools-version: 6.2
import PackageDescription

// One place for the rules that the compiler can check: language mode 6, the upcoming features of the next mode, and no
// warning that anybody gets used to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
// Sources also spell out each use of unsafe memory (SE-0458); tests build raw bytes all day and do not.
let sources = strict + [.strictMemorySafety()]

let package = Package(
    name: "wxgate",
    products: [
        .executable(name: "wxgate", targets: ["wxgate"]),
        .executable(name: "wxsim", targets: ["wxsim"]),
        .executable(name: "wxbench", targets: ["wxbench"]),
        // What the micro-benchmarks of bench/micro measure.
        .library(
            name: "WxgateModules",
            targets: ["UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "WeChat", "Gateway", "SQLiteStore"]
        ),
    ],
    dependencies: [
        // Command lines of wxgate and wxsim: help, validation and exit codes as users expect them.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Reads environment variables with their types; we only add the rules of our own values.
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        // The logging interface that every Swift server library speaks.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The metrics interface that every Swift server library speaks; we only add the Prometheus text behind it.
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // Latencies of a load test, exact to three digits over any range: the histogram that load testers know.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    ],
    targets: [
        // System libraries: a module map and a shim header each, nothing else.
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        // Reads the QR codes of pictures, for the simulated phone: its camera.
        .systemLibrary(name: "CZBar", pkgConfig: "zbar", providers: [.apt(["libzbar-dev"])]),
        // The only C of this project: typed wrappers for variadic functions and macros that Swift cannot import.
        .target(name: "CShims", dependencies: ["CCurl"]),

        // Layers, lowest first. A target depends only on targets above it in this list.
        .target(name: "UV", dependencies: ["CLibuv"], swiftSettings: sources),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: sources),
        .target(name: "HTTP", swiftSettings: sources),
        // Reads the two JSON bodies of a login; everything else of JSON is Foundation's.
        .target(name: "JSON", swiftSettings: sources),
        .target(
            name: "Prometheus",
            dependencies: [.product(name: "Metrics", package: "swift-metrics")],
            swiftSettings: sources
        ),
        // Web pages, compiled in: the binary needs no files beside it.
        .target(
            name: "LoginPage",
            resources: [
                .embedInCode("login.html"), .embedInCode("login.css"), .embedInCode("login.js"),
                .embedInCode("wxgate.js"),
            ],
            swiftSettings: sources
        ),
        .target(
            name: "HTTPServer",
            dependencies: ["UV", "HTTP", .product(name: "Logging", package: "swift-log")],
            swiftSettings: sources
        ),
        .target(
            name: "HTTPClient",
            dependencies: ["UV", "OpenSSL", "HTTP", "CCurl", "CShims"],
            swiftSettings: sources
        ),
        .target(
            name: "WeChat",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "JSON", "HTTPClient", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: sources
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "JSON", "Prometheus", "LoginPage", "HTTPServer", "HTTPClient", "WeChat",
                .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
            ],
            swiftSettings: sources
        ),
        .target(
            name: "Doctor",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPClient", "WeChat", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: sources
        ),
        .target(
            name: "SQLiteStore",
            dependencies: ["UV", "CSQLite", "WeChat", "Gateway", .product(name: "Logging", package: "swift-log")],
            swiftSettings: sources
        ),
        .executableTarget(
            name: "wxgate",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "WeChat", "Gateway", "Doctor", "SQLiteStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: sources
        ),

        // The WeChat side for demo, tests and load tests. Never imports WeChat, so that the two can disagree.
        .target(
            name: "WeChatSimulator",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "CQREncode", "CPNG", "CZBar",
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("Phone/Page")],
            swiftSettings: sources
        ),
        .executableTarget(
            name: "wxsim",
            dependencies: [
                "UV", "HTTPServer", "WeChatSimulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: sources
        ),

        // The load generator. It knows whom a code stands for by the simulator's own rules.
        .systemLibrary(name: "CTimerFD", path: "bench/CTimerFD"),
        .executableTarget(
            name: "wxbench",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "WeChatSimulator", "CTimerFD",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            path: "bench/wxbench",
            swiftSettings: sources
        ),

        // Tests mirror Sources file for file.
        .target(
            name: "TestSupport",
            dependencies: ["UV", "HTTP"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(name: "UVTests", dependencies: ["UV", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "OpenSSLTests", dependencies: ["OpenSSL", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTests",
            dependencies: ["HTTP", "TestSupport"],
            exclude: ["Corpus", "differential"],
            swiftSettings: strict
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "PrometheusTests",
            dependencies: ["Prometheus", .product(name: "Metrics", package: "swift-metrics")],
            exclude: ["crosscheck.py"],
            swiftSettings: strict
        ),
        .testTarget(name: "LoginPageTests", dependencies: ["LoginPage"], swiftSettings: strict),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "WeChat", "Doctor", "WeChatSimulator",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "UV", "HTTP", "HTTPServer", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["UV", "OpenSSL", "HTTP", "HTTPClient", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WeChatTests",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPClient", "WeChat", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "WeChat", "Gateway", "Prometheus",
                "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Tokens/crosscheck.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "UV", "CSQLite", "WeChat", "Gateway", "SQLiteStore", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "wxgateTests",
            dependencies: [
                "WeChat", "Gateway", "wxgate", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WeChatSimulatorTests",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "WeChatSimulator", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "wxbenchTests",
            dependencies: [
                "UV", "HTTP", "WeChatSimulator", "wxbench", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "UV", "OpenSSL", "HTTP", "HTTPServer", "HTTPClient", "WeChat", "Gateway", "SQLiteStore",
                "WeChatSimulator", "TestSupport",
                // Started as processes.
                "wxgate", "wxsim", "wxbench",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
    ]
)
