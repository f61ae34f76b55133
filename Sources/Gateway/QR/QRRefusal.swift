/// Why something about a web login was refused; label of `wxgate_qr_refusals_total`.
enum QRRefusal: String, CaseIterable, Sendable {
    /// Too many new tickets from one address.
    case ticketRate = "ticket_rate"
    /// Too many wrong scenes of one user.
    case sceneRate = "scene_rate"
    /// A scene that is no ticket's, or another app's.
    case wrongScene = "wrong_scene"
    /// The ticket's time was over.
    case expired
    /// Another phone was first, or it is too early or too late.
    case conflict
    /// Not the phone that scanned, or not its nonce.
    case notTheScanner = "not_the_scanner"
    /// Launched in a refused way.
    case launch
    /// A link that was opened elsewhere than where it was asked for.
    case elsewhere
    /// The browser did not show the ticket's secret.
    case secret
    /// No room for another ticket.
    case full
}

extension QRTicketStateMachine.Refusal {
    /// As it is counted.
    var counted: QRRefusal {
        switch self {
        case .expired: .expired
        case .scannedByAnother, .notScanned, .finished: .conflict
        case .notTheScanner: .notTheScanner
        }
    }

    /// As the phone is told.
    var error: GatewayError {
        switch self {
        case .expired: .qrExpired
        case .scannedByAnother: .qrConflict("Another phone has scanned this code.")
        case .notScanned: .qrConflict("The code has to be scanned first.")
        case .finished: .qrConflict("This login was decided before.")
        case .notTheScanner: .forbidden("Only the phone that has scanned may decide, with its nonce.")
        }
    }
}
