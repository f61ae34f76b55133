import ArgumentParser
import WeChatSimulator

/// The options that all scenarios have.
struct CommonOptions: ParsableArguments {
    @Option(help: "The gateway.", transform: CommonOptions.site)
    var url = CommonOptions.defaultSite

    @Option(help: "wxsim, for its control API.", transform: CommonOptions.site)
    var sim = CommonOptions.defaultSimulator

    @Option(help: "The app of codes and users.")
    var appid = DefaultApp.appid

    @Option(name: .shortAndLong, help: "Connections; each asks again at once (closed loop) unless --rate is given.")
    var connections = 64

    @Option(help: "Requests a second that are to start whether or not replies come (open loop).")
    var rate: Double?

    @Option(help: "How these lie in time: \(ArrivalPattern.allCases.map(\.rawValue).joined(separator: " or ")).")
    var arrival = ArrivalPattern.constant

    @Option(help: "Before anything counts.")
    var warmup = TimeSpan(seconds: 2)

    @Option(name: .shortAndLong, help: "What counts.")
    var duration = TimeSpan(seconds: 10)

    @Option(help: "In which connections or rate grow from nothing; longer warm-up.")
    var ramp = TimeSpan(seconds: 0)

    @Option(help: "Threads of the load generator, 1 to 64.")
    var loops = 1

    @Option(
        help: "Where connections come from: 127.0.0.2-127.0.0.20, or a list by commas. (default: the system's choice)"
    )
    var sourceAddresses: SourceAddresses?

    @Flag(name: .customLong("no-keep-alive"), help: "A connection for each request.")
    var closesConnections = false

    @Option(help: "Certificates to trust for https, PEM. (default: the system's)")
    var caFile: String?

    @Option(help: "A request without a reply counts as lost after it.")
    var timeout = TimeSpan(seconds: 10)

    @Option(help: "The gateway's process, for CPU and memory. (default: the one that listens there, on this machine)")
    var pid: Int32?

    @Option(help: "Makes choices and arrivals repeat themselves.")
    var seed: UInt64 = 1

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    private static let defaultSite = site("http", 8080)
    private static let defaultSimulator = site("http", 8090)

    private static func site(_ scheme: String, _ port: Int) -> TargetURL {
        guard let site = TargetURL("\(scheme)://127.0.0.1:\(port)") else { preconditionFailure("a constant") }
        return site
    }

    private static func site(_ text: String) throws -> TargetURL {
        guard let site = TargetURL(text) else {
            throw ValidationError("must be http:// or https://, a host and a port, such as http://127.0.0.1:8080")
        }
        return site
    }

    func validate() throws {
        guard (1...64).contains(loops) else { throw ValidationError("--loops must be 1 to 64") }
        guard (1...1_000_000).contains(connections) else {
            throw ValidationError("--connections must be 1 to 1000000")
        }
        guard connections >= loops else { throw ValidationError("--connections must be at least --loops") }
        if let rate, !(rate > 0 && rate <= 10_000_000) { throw ValidationError("--rate must be above 0") }
        guard duration.seconds > 0 else { throw ValidationError("--duration must be above 0") }
        guard timeout.seconds >= 0.1 else { throw ValidationError("--timeout must be at least 100ms") }
    }
}

extension ArrivalPattern: ExpressibleByArgument {}
