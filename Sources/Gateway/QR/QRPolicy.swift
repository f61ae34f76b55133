public import WeChat

/// How web logins by scanning go (contract section 7, `WXGATE_QR_…`).
public struct QRPolicy: Sendable, Equatable {
    /// Milliseconds that a ticket lives without a scan.
    public var lifeMilliseconds: Int64 = 120_000
    /// Milliseconds that a ticket with a link lives without a scan.
    public var linkLifeMilliseconds: Int64 = 60_000
    /// The mini-program's page that a scan opens; an app's own wins.
    public var page = "pages/login/index"
    /// The mini-program's version that a scan opens.
    public var environment = UnlimitedCodeParameters.Environment.release
    /// Fresh codes that each app keeps ready; 0: none.
    public var poolSize = 16
    /// Launch scenes of the mini-program in which no scan is accepted: whoever opens a shared code or link does not see
    /// the screen that he lets in.
    public var refusedLaunchScenes: Set<Int> = [
        1007, 1008, 1010, 1012, 1013, 1036, 1037, 1044, 1048, 1049, 1065, 1069, 1194,
    ]
    /// Whether a ticket may have a link instead of a code.
    public var allowsLinks = true
    /// Parked polls of one address; 0: no limit.
    public var pollsPerAddress = 0
    /// Wrong scenes a minute of one user; 0: no limit.
    public var wrongScenesPerUser = 30
    /// New tickets a minute of one address; 0: no limit.
    public var ticketsPerAddress = 60

    /// The defaults of the contract.
    public init() {}
}
