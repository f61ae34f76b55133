/// The operator's listener (contract section 5).
public struct AdminConfiguration: Sendable {
    /// A numeric address; nil: there is no such listener.
    public var host: String?
    /// 0 for any free port.
    public var port: UInt16 = 0
    /// Who may make the calls that need a key.
    public var keys = AdminKeys()
    /// Connections of its own over all loops: a flood of clients must not lock the operator out, nor one here take the
    /// descriptors of clients.
    public var connectionsMax = 1_024

    /// No listener.
    public init() {}
}
