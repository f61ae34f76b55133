import HTTPClient
import TestSupport
import Testing

/// Which client goes over what.
struct FaultPath: Sendable, CustomTestStringConvertible {
    let client: ClientKind
    let isTLS: Bool

    static let all = ClientKind.allCases.flatMap {
        [FaultPath(client: $0, isTLS: false), .init(client: $0, isTLS: true)]
    }
    static let secure = all.filter(\.isTLS)
    static let native = all.filter { $0.client == .native }

    var testDescription: String { "\(client) over \(isTLS ? "https" : "http")" }

    /// What the server shows, if it is to show anything.
    func certificate(_ name: String = "right") throws -> ScriptedTLS.Certificate? {
        isTLS ? .init(name, of: try #require(TLSFixture.shared)) : nil
    }

    /// A configuration that trusts the server.
    func configuration() throws -> ClientConfiguration {
        var configuration = ClientConfiguration()
        configuration.caFile = try #require(TLSFixture.shared).authority
        return configuration
    }
}
