import ArgumentParser
import Glibc
import Logging
import UV
import WeChatSimulator

/// The command line of the simulator: everything else is set by its control API while it runs.
@main
struct WxsimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wxsim",
        abstract: "A simulator of the WeChat side, for demos, tests and load tests.",
        discussion: """
            Serves as api.weixin.qq.com does:

              GET /sns/jscode2session   GET /cgi-bin/token   POST /cgi-bin/stable_token
              GET /cgi-bin/get_api_domain_ip       POST /cgi-bin/openapi/quota/get
              POST /wxa/business/getuserphonenumber          GET /wxa/checksession
              POST /wxa/getwxacodeunlimit          POST /wxa/generate_urllink

            GET /phone is a page on which a person plays the phone.

            And a control API under /sim/:

              POST /sim/login        {"user"?, "openid"?, "appid"?, "unionid"?}: a code,
                                     as wx.login gives one; {"count": n}: n codes
              POST /sim/phone_codes  {"user"?, "openid"?, "phone"?, "country_code"?}:
                                     a code, as the phone number button gives one
              POST /sim/userdata     {"user" or "openid", "kind"?, "anonymous"?, ...}:
                                     encryptedData, iv, rawData and signature
              POST /sim/users        {"user"?, "openid"?, "session_key"?, "blocked"?, ...}
              GET /sim/users         who there is, newest first
              GET /sim/wxacodes      the codes and links that were made, newest first
              GET /sim/links/TICKET  one link
              POST /sim/phone/read?width=&height=   gray bytes: the code in a picture
              POST /sim/phone/request  {"method"?, "path", "token"?, "data"?}: a wx.request
                                     of the mini-program, relayed to the --gateway
              POST /sim/apps         {"appid"?, "secret"?, "frozen"?, "ip_whitelist"?,
                                     "token_lifetime_s"?, "rival_every_s"?, ...}
              GET /sim/access_tokens how they stand
              POST /sim/access_tokens/fetch   {"kind": "legacy" or "stable", "force"?}:
                                     another system of the same owner fetches one
              POST /sim/access_tokens/expire  {"kind"}: WeChat kills the current one
              POST /sim/faults       {"latency"?, "errcodes"?, "faults"?: [{"kind", ...}]}
              DELETE /sim/faults     nothing goes wrong any more
              GET /sim/counters      what was counted; DELETE starts at zero
              POST /sim/clock        {"advance_s": n}: ages codes and tokens

            Exits with 75 when the port is taken.
            """,
        version: Version.current
    )

    /// EX_TEMPFAIL of sysexits.h: somebody else has the port now.
    static let temporaryFailure = ExitCode(75)

    @Option(
        help: "Numeric address and port; port 0 takes any free one. (default: \(ListenAddress.default))",
        transform: parseListenAddress
    )
    var listen: ListenAddress = .default

    @Option(help: "Threads that serve requests, 1 to 64.")
    var loops = 1

    @Option(help: "An app's id; may be repeated, each with its --secret. (default: \(DefaultApp.appid))")
    var appid: [String] = []

    @Option(help: "The secret of the --appid before it. (default: \(DefaultApp.secret))")
    var secret: [String] = []

    @Flag(
        help:
            """
            For load tests only: accept each code and derive the openid from it, up to its first dot: u1.a and u1.b are \
            codes of one user. Nothing is one-time then.
            """
    )
    var acceptAnyCode = false

    @Option(
        help:
            "Delay of replies: 0, 50ms, 50ms±20ms, 50ms+-20ms, 50-70ms or lognormal:70ms,500ms (median, p99). (default: 0)",
        transform: parseLatency
    )
    var latency: Latency = .none

    @Option(
        help: "Where the simulated phone finds its server. (default: \(GatewayURL.default))",
        transform: parseGatewayURL
    )
    var gateway: GatewayURL = .default

    @Option(help: "Makes identifiers and faults repeat themselves from run to run.")
    var seed: UInt64?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: notice)", transform: parseLogLevel)
    var logLevel: Logger.Level = .notice

    func validate() throws {
        guard (1...64).contains(loops) else { throw ValidationError("--loops must be 1 to 64") }
        _ = try apps()
    }

    func run() throws {
        // A client that goes away is an error of that write, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "wxsim")
        logger.logLevel = logLevel
        let configuration = SimulatorConfiguration(
            apps: try apps(),
            acceptsAnyCode: acceptAnyCode,
            latency: latency,
            seed: seed,
            gateway: gateway
        )
        do throws(UVError) {
            try Wiring.run(Simulator(configuration), at: listen, loops: loops, logger: logger)
        } catch {
            let reason =
                error.isAddressInUse ? "the port is taken; stop the other process or use --listen" : error.description
            Wiring.report("cannot listen on \(listen): \(reason)", on: STDERR_FILENO)
            throw error.isAddressInUse ? Self.temporaryFailure : ExitCode.failure
        }
    }

    private func apps() throws -> [SimulatedApp] {
        guard appid.count == secret.count else { throw ValidationError("each --appid needs its --secret") }
        if appid.isEmpty { return [SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)] }
        return try zip(appid, secret).map { appid, secret in
            guard SimulatedApp.isAppid(appid) else {
                throw ValidationError("--appid must be wx and 16 lower-case hex digits")
            }
            guard SimulatedApp.isSecret(secret) else {
                throw ValidationError("--secret must be 32 lower-case hex digits")
            }
            return SimulatedApp(appid: appid, secret: secret)
        }
    }
}

private func parseListenAddress(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
        throw ValidationError("must be a numeric address and a port, such as 127.0.0.1:8090 or [::1]:0")
    }
    return address
}

private func parseGatewayURL(_ text: String) throws -> GatewayURL {
    guard let url = GatewayURL(text) else {
        throw ValidationError("must be http:// or https://, a host and a port, such as http://127.0.0.1:8080")
    }
    return url
}

private func parseLatency(_ text: String) throws -> Latency {
    guard let latency = Latency(text) else { throw ValidationError("must be \(Latency.notation)") }
    return latency
}

private func parseLogLevel(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
        throw ValidationError("must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return level
}
