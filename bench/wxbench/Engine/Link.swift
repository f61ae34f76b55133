/// One connection to the target that carries bytes: plain or in TLS. Loop-confined.
protocol Link: AnyObject {
    /// Sends bytes, all or later; false when the connection is broken. Only once it is open.
    func send(_ bytes: Span<UInt8>) -> Bool
    /// Ends it at once; nothing is told any more.
    func close()
}

/// What a ``Link`` tells its owner, on the loop.
protocol LinkOwner: AnyObject {
    func opened()
    /// Bytes that are valid during the call only.
    func received(_ bytes: Span<UInt8>)
    /// The peer ended it, or it broke or was never open: why, in a word such as `connect` or `closed`.
    func ended(_ reason: String)
}

/// Opens connections to one target from one loop.
protocol Dialer: AnyObject {
    /// Starts to connect; the owner is told how that went, never before this returns.
    ///
    /// - Parameter number: which connection this is: they take turns at the source addresses.
    func dial(_ number: Int, owner: any LinkOwner) -> any Link
}
