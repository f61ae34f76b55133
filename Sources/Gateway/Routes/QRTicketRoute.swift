internal import HTTP
internal import HTTPServer
internal import OpenSSL
internal import UV
internal import WeChat

/// `POST /api/v1/qr` and `GET /api/v1/qr/:ticket/image` (contract section 4).
struct QRTicketRoute {
    private static let shortLengthMax = 64
    private static let userAgentLengthMax = 256

    let apps: AppRegistry
    let addresses: ClientAddresses
    let service: QRTicketService
    /// The name of the website where an app has none (`WebPolicy.site`).
    let site: String?
    /// The listed origin of the page that asks, if it is one; throws `forbidden` for a page that may not.
    let listedOrigin: (Request) throws(GatewayError) -> String?
    /// The cookie with a ticket's secret, for a ticket that lives so many seconds.
    let cookie: (QRTicketID, QRSecret, _ lifeSeconds: Int, Request) -> (String, String)?

    func create(_ request: Request) async throws -> Response {
        // First: a foreign page learns nothing.
        let origin = try listedOrigin(request)
        let new = try await service.create(try parse(request, origin: origin))
        var response = Response.json(QRTicketRoute.json(new), status: .created)
        if let field = cookie(new.ticket.id, new.secret, new.lifeSeconds, request) { response.headers.append(field) }
        return response
    }

    func image(_ request: Request, ticket name: Substring) async throws -> Response {
        guard let id = QRTicketID(name) else { throw GatewayError.qrExpired }
        let picture = try await service.picture(of: id)
        return Response(
            headers: [("Content-Type", picture.format.mediaType), ("Cache-Control", "no-store")],
            body: picture.bytes
        )
    }

    private func parse(_ request: Request, origin: String?) throws(GatewayError) -> QRTicketRequest {
        let members = try RequestMembers(body: request)
        let app = try apps.app(named: try members.text("appid", lengthMax: Self.shortLengthMax))
        let text = try members.text("via", lengthMax: Self.shortLengthMax) ?? QRTicket.Via.code.rawValue
        guard let via = QRTicket.Via(rawValue: text) else { throw .invalidRequest("via is neither code nor link.") }
        let address = addresses.address(of: request)
        let asker = QRTicket.Asker(
            site: origin ?? app.site ?? site,
            address: address,
            userAgent: QRTicketRoute.userAgent(of: request)
        )
        return QRTicketRequest(app: app, via: via, asker: asker, limitAddress: address ?? request.peer.ip)
    }

    /// What can be printed of it: it is shown to people who decide by it, and must not draw what they read.
    private static func userAgent(of request: Request) -> String? {
        guard let field = request.headers.first("user-agent") else { return nil }
        let text = field.utf8.lazy.filter { (0x20...0x7e).contains($0) }.prefix(userAgentLengthMax)
        return text.isEmpty ? nil : String(decoding: Array(text), as: UTF8.self)
    }

    private static func json(_ new: NewQRTicket) -> [UInt8] {
        let id = new.ticket.id.text
        var json = JSONObjectWriter(capacity: 512)
        json.add("ticket", id)
        json.add("secret", new.secret.text)
        json.add("scene", new.ticket.scene.text)
        switch new.carrier {
        case .picture(let picture):
            let base64 = Base64.encode(picture.bytes.span)
            json.add("image", "data:\(picture.format.mediaType);base64,\(base64)")
            json.add("image_url", "/api/v1/qr/\(id)/image")
        case .link(let link): json.add("link", link)
        }
        json.add("expires_in", new.lifeSeconds)
        return json.finish()
    }
}
