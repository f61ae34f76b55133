public import UV

/// Which ``UpstreamClient`` makes the calls that come by the thousand.
public enum UpstreamClientKind: String, CaseIterable, Sendable {
    /// Our own.
    case native
    /// libcurl's.
    case curl

    /// Makes the client. On the loop.
    ///
    /// - Throws: `ClientError` when libcurl cannot start.
    public func makeClient(
        on loop: EventLoop,
        configuration: ClientConfiguration
    ) throws(ClientError) -> any UpstreamClient {
        switch self {
        case .native: NativeClient(on: loop, configuration: configuration)
        case .curl: try CurlClient(on: loop, configuration: configuration)
        }
    }
}
