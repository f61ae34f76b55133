import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// Tickets and what belongs to them, by short names.
enum QRSamples {
    static let start: Int64 = 1_700_000_000_000

    /// A picture of so many bytes.
    static func picture(_ byteCount: Int = 8, mark: UInt8 = 0) throws -> CodePicture {
        let head: [UInt8] = [0xFF, 0xD8, 0xFF, mark]
        return try #require(CodePicture(head + Array(repeating: 0, count: max(0, byteCount - head.count))))
    }

    static func scanner(_ sid: String = "phone", user: String = GatewaySamples.openID) -> QRScanner {
        QRScanner(user: User.Key(appID: GatewaySamples.appID, openID: user), sid: SessionSamples.digest(sid))
    }

    static func nonce() throws -> QRNonce { try QRNonce(from: SecureRandom()) }

    static func ticket(
        via: QRTicket.Via = .code,
        createdAt: Int64 = start,
        lifeMilliseconds: Int64 = 120_000
    ) throws -> QRTicket {
        let random = SecureRandom()
        return QRTicket(
            id: try QRTicketID(from: random),
            appID: GatewaySamples.appID,
            via: via,
            scene: try QRScene(from: random),
            secret: SessionSamples.digest("secret"),
            asker: QRTicket.Asker(site: nil, address: "192.0.2.1", userAgent: nil),
            createdAt: createdAt,
            life: QRTicketStateMachine(expiresAt: createdAt + lifeMilliseconds)
        )
    }
}
