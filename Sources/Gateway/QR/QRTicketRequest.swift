/// What somebody asks for who wants a ticket.
struct QRTicketRequest: Sendable {
    let app: App
    let via: QRTicket.Via
    let asker: QRTicket.Asker
    /// The address for which it counts, which may be a proxy's.
    let limitAddress: String
}
