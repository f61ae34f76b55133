/// How browsers are dealt with (contract sections 4 and 7).
public struct WebPolicy: Sendable, Equatable {
    /// Origins of pages elsewhere that may log in here, exactly as browsers send them.
    public var origins: [String] = []
    /// Origins beside our own to which `/login` may return.
    public var returnOrigins: [String] = []
    /// Whether a claim leaves its token in the browser as a cookie.
    public var setsCookie = true
    /// The name of the website where an app has none of its own.
    public var site: String?

    /// The defaults of the contract.
    public init() {}
}
