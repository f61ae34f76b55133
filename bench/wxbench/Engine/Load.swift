import UV

/// Something that keeps the gateway busy. Loop-confined.
protocol Load: AnyObject {
    /// Called once, when nothing is under way and nothing will be.
    var onEnd: (() -> Void)? { get set }

    /// Starts at this moment, which may have to come yet.
    func run(from start: UInt64) throws(UVError)

    /// Nothing new starts; what is under way may end.
    func stop()

    /// Ends everything at once. What is under way counts as lost where `isCounted`, and as never begun otherwise.
    func abandon(counted isCounted: Bool)
}
