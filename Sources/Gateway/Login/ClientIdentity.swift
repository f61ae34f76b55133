/// What tells one client from another before it is logged in (contract section 3, "same client").
struct ClientIdentity: Equatable, Sendable {
    /// What the client chose for this attempt.
    var nonce: String?
    /// Its address; nil when the address says nothing, because a header about it came from somebody we do not trust.
    var address: String?

    /// Whether both are the same client: by nonce, or when neither has one by address.
    func isSame(as other: ClientIdentity) -> Bool {
        switch (nonce, other.nonce) {
        case (let mine?, let theirs?): mine == theirs
        case (nil, nil): address != nil && address == other.address
        default: false
        }
    }
}
