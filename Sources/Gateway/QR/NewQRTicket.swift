internal import WeChat

/// A ticket that was just made, and all that its browser gets.
struct NewQRTicket: Sendable {
    /// How the scene gets to the phone.
    enum Carrier: Sendable {
        case picture(CodePicture)
        case link(String)
    }

    let ticket: QRTicket
    let secret: QRSecret
    let carrier: Carrier
    /// Seconds that it lives without a scan.
    let lifeSeconds: Int
}
