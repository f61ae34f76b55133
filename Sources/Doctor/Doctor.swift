public import HTTPClient
import Logging
public import UV
import WeChat

/// Asks WeChat with the configured credentials what is wrong, and tells it check by check.
///
/// Asks by calls that change nothing for anybody: a running gateway keeps its access_token in both modes. Uses nothing
/// of this host but the network. Loop-confined.
public final class Doctor {
    private let configuration: DoctorConfiguration
    private let loop: EventLoop
    private let unixSeconds: () -> Int64
    private let report: (Finding) -> Void
    private var mask = SecretMask()
    private var hasFailed = false

    /// - Parameters:
    ///   - unixSeconds: this host's clock.
    ///   - report: gets every finding as soon as it is made, on the loop.
    public init(
        _ configuration: DoctorConfiguration,
        on loop: EventLoop,
        unixSeconds: @escaping () -> Int64,
        report: @escaping (Finding) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.unixSeconds = unixSeconds
        self.report = report
        for app in configuration.apps { mask.hide(app.weChat.secret.string) }
    }

    /// Makes all checks, one after the other. On the loop, once. One call a base and up to seven an app, each bounded by
    /// the configured time.
    ///
    /// - Returns: whether nothing has failed.
    /// - Throws: `ClientError` when the transport cannot start.
    public func examine() async throws(ClientError) -> Bool {
        tell([tokenMode])
        let bases = try await examineBases()
        let client: WeChatClient?
        if bases.isEmpty {
            client = nil
        } else {
            var upstream = WeChatClientConfiguration(bases: bases)
            upstream.timeoutMilliseconds = configuration.timeoutMilliseconds
            upstream.transport.caFile = configuration.caFile
            client = try WeChatClient(
                on: loop,
                configuration: upstream,
                logger: Logger(label: "doctor", factory: Self.mute)
            )
        }
        defer { client?.close() }
        for app in configuration.apps {
            if let client {
                await examine(app, with: client)
            } else {
                tell(AppChecks.all(configuration).map { $0.skipped(app, "no base of WeChat can be used") })
            }
        }
        return !hasFailed
    }

    // Everything worth telling is a finding.
    private static func mute(_ label: String) -> any LogHandler { SwiftLogNoOpLogHandler() }

    private func tell(_ findings: [Finding]) {
        for finding in findings {
            if finding.status == .fail { hasFailed = true }
            report(mask.masked(finding))
        }
    }

    private var tokenMode: Finding {
        let own = "the doctor asks /cgi-bin/stable_token only, which ends no token of a running gateway"
        switch configuration.tokenMode {
        case .stable: return Finding(.ok, .tokenMode, of: nil, "stable; \(own)")
        case .legacy:
            return Finding(
                .warn,
                .tokenMode,
                of: nil,
                "legacy: whatever else fetches /cgi-bin/token ends the gateway's token; \(own)",
                remedy: "let every service ask the gateway for the token, or set WXGATE_ACCESS_TOKEN_MODE=stable"
            )
        }
    }

    /// - Returns: the bases at which WeChat's API answers.
    private func examineBases() async throws(ClientError) -> [String] {
        var transport = ClientConfiguration()
        transport.caFile = configuration.caFile
        let client = try CurlClient(on: loop, configuration: transport)
        defer { client.close() }
        var usable: [String] = []
        for base in configuration.bases {
            var request = ClientRequest(
                url: SecretURL(base + BaseDiagnosis.path),
                timeoutMilliseconds: configuration.timeoutMilliseconds,
                // Later than the other, which can tell TLS from TCP.
                connectTimeoutMilliseconds: configuration.timeoutMilliseconds * 2
            )
            request.keepsDate = true
            let outcome: Result<ClientResponse, ClientError>
            do throws(ClientError) {
                outcome = .success(try await client.perform(request))
            } catch {
                outcome = .failure(error)
            }
            let diagnosis = BaseDiagnosis(
                of: base,
                caFile: configuration.caFile,
                outcome,
                unixSeconds: unixSeconds()
            )
            tell(diagnosis.findings)
            if diagnosis.isUsable { usable.append(base) }
        }
        return usable
    }

    private func examine(_ app: DoctorConfiguration.App, with client: WeChatClient) async {
        let id = app.weChat.id.string
        let issued = await outcome { () throws(WeChatError) in try await client.stableToken(app: app.weChat) }
        if case .success(let issued) = issued { mask.hide(issued.token.string) }
        let told = TokenDiagnosis.findings(issued, appID: id)
        tell(told)
        // Without the access_token, as every login.
        if let code = LoginCode(LoginDiagnosis.madeUpCode) {
            let login = await outcome { () throws(WeChatError) in
                try await client.code2Session(app: app.weChat, code: code)
            }
            tell([LoginDiagnosis.finding(login, appID: id)])
        }
        guard case .success(let issued) = issued else {
            let rest = AppChecks.withToken(configuration).map { $0.skipped(app, "needs an access_token") }
            // A token that was refused for its quota has that line already.
            return tell(rest.filter { line in !told.contains { ($0.check, $0.subject) == (line.check, line.subject) } })
        }
        for path in QuotaDiagnosis.paths(configuration.tokenMode) {
            let quota = await outcome { () throws(WeChatError) in
                try await client.apiQuota(app: app.weChat, path: path, accessToken: issued.token)
            }
            tell([QuotaDiagnosis.finding(quota, appID: id, path: path)])
        }
        await examinePage(of: app, with: client, issued.token)
    }

    private func examinePage(
        of app: DoctorConfiguration.App,
        with client: WeChatClient,
        _ token: AccessToken
    ) async {
        let id = app.weChat.id.string
        let environment = configuration.qrEnvironment
        guard environment == .release, let scene = CodeScene("wxgate-doctor") else {
            return tell([QRPageDiagnosis.skipped(environment, appID: id)])
        }
        let parameters = UnlimitedCodeParameters(scene: scene, page: app.qrPage, checksPath: true)
        let picture = await outcome { () throws(WeChatError) in
            try await client.unlimitedCode(app: app.weChat, parameters, accessToken: token)
        }
        tell([QRPageDiagnosis.finding(picture, appID: id, page: app.qrPage)])
    }

    private func outcome<Value>(
        _ call: () async throws(WeChatError) -> Value
    ) async -> Result<Value, WeChatError> {
        do throws(WeChatError) {
            return .success(try await call())
        } catch {
            return .failure(error)
        }
    }
}
