internal import HTTPServer

/// `POST /api/v1/qr/scan`, `/confirm` and `/cancel`: the mini-program's side of a web login (contract section 4).
///
/// Takes the bearer token only: a browser that is led here has none.
struct QRPhoneRoute {
    private static let textLengthMax = 64
    /// WeChat's have four digits.
    private static let launchScenes = 0...99_999

    let sessions: SessionService
    let addresses: ClientAddresses
    let service: QRTicketService

    func scan(_ request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        let members = try RequestMembers(body: request)
        let scan = QRScanRequest(
            scene: try members.requiredText("scene", lengthMax: Self.textLengthMax),
            launchScene: try members.integer("launch_scene", in: Self.launchScenes),
            address: addresses.address(of: request)
        )
        return .json(try await service.scan(scan, by: session).json())
    }

    func confirm(_ request: Request) async throws -> Response {
        let (session, scene, nonce) = try await decision(request)
        try await service.confirm(scene, nonce: nonce, by: session)
        return QRPhoneRoute.reply(.confirmed)
    }

    func cancel(_ request: Request) async throws -> Response {
        let (session, scene, nonce) = try await decision(request)
        try await service.cancel(scene, nonce: nonce, by: session)
        return QRPhoneRoute.reply(.cancelled)
    }

    private func decision(_ request: Request) async throws -> (CheckedSession, scene: String, nonce: String?) {
        let session = try await sessions.check(try request.bearerToken())
        let members = try RequestMembers(body: request)
        let scene = try members.requiredText("scene", lengthMax: Self.textLengthMax)
        return (session, scene, try members.text("nonce", lengthMax: Self.textLengthMax))
    }

    private static func reply(_ status: QRStatus) -> Response {
        var json = JSONObjectWriter()
        json.add("status", status.rawValue)
        return .json(json.finish())
    }
}
