import HTTPClient

/// What one request to a base of WeChat's API says of the way there and of the other end.
struct BaseDiagnosis: Sendable {
    /// In the order of the way: dns, tcp, ca, tls, http, clock.
    let findings: [Finding]
    /// Whether WeChat's API answers there.
    let isUsable: Bool

    /// The path of the request: cheap, and without an access_token it changes nothing and tells no secret.
    static let path = "/cgi-bin/get_api_domain_ip"

    /// - Parameters:
    ///   - base: as it is configured.
    ///   - caFile: the file of authorities; nil for the system's.
    ///   - unixSeconds: our own time when the reply came.
    init(
        of base: String,
        caFile: String?,
        _ outcome: Result<ClientResponse, ClientError>,
        unixSeconds: Int64
    ) {
        var line = BaseLine(base: base, caFile: caFile)
        switch outcome {
        case .success(let response):
            line.passConnection()
            let fault = BaseReplyFault(response)
            line.answer(fault)
            isUsable = fault == nil
            line.clock(ClockSkew(date: response.date, unixSeconds: unixSeconds))
        case .failure(let error):
            isUsable = false
            line.fail(error)
        }
        findings = line.findings
    }
}

/// Collects the lines of one base, each check once and in order.
private struct BaseLine {
    let base: String
    let caFile: String?
    private(set) var findings: [Finding] = []

    init(base: String, caFile: String?) {
        self.base = base
        self.caFile = caFile
    }

    private static let checks: [Check] = [.dns, .tcp, .ca, .tls, .http, .clock]
    private var isPlain: Bool { base.hasPrefix("http://") }
    private var authorities: String { caFile.map { "the authorities of \($0)" } ?? "the system's authorities" }

    private mutating func add(_ status: Finding.Status, _ check: Check, _ text: String, remedy: String? = nil) {
        findings.append(Finding(status, check, of: base, text, remedy: remedy))
    }

    private mutating func pass(before check: Check) {
        for passed in Self.checks.prefix(while: { $0 != check }).dropFirst(findings.count) {
            switch passed {
            case .dns: add(.ok, .dns, "the host has an address")
            case .tcp: add(.ok, .tcp, "it takes a connection")
            case .ca where isPlain: add(.skip, .ca, "plain HTTP")
            case .ca: add(.ok, .ca, "\(authorities) can be used")
            case .tls where isPlain: add(.skip, .tls, "plain HTTP, no certificate to check")
            default: add(.ok, passed, "its certificate is good")
            }
        }
    }

    private mutating func skipRest(because check: Check) {
        for skipped in Self.checks.dropFirst(findings.count) {
            add(.skip, skipped, "not checked after \(check.rawValue)")
        }
    }

    mutating func passConnection() { pass(before: .http) }

    mutating func answer(_ fault: BaseReplyFault?) {
        if let fault {
            add(.fail, .http, fault.text, remedy: fault.remedy)
        } else {
            add(.ok, .http, "WeChat's API answers")
        }
    }

    mutating func clock(_ skew: ClockSkew?) {
        if let skew {
            add(skew.status, .clock, skew.text, remedy: skew.remedy)
        } else {
            add(.skip, .clock, "the reply tells no time")
        }
    }

    mutating func fail(_ error: ClientError) {
        let obstacle = ConnectionObstacle(error, caFile: caFile)
        pass(before: obstacle.check)
        add(.fail, obstacle.check, obstacle.text, remedy: obstacle.remedy)
        skipRest(because: obstacle.check)
    }
}
