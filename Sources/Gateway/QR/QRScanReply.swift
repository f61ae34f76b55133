internal import HTTPServer

/// What a phone that has scanned is told, to be shown before it confirms (contract section 4, scan).
struct QRScanReply: Sendable {
    let nonce: QRNonce
    let asker: QRTicket.Asker
    /// Unix milliseconds.
    let createdAt: Int64
    /// Whether the browser has the phone's address; nil when one of the two cannot be believed.
    let isSameAddress: Bool?

    /// The reply's JSON; null stands for what is not known, so that a page shows "unknown" and not nothing.
    func json() -> [UInt8] {
        var context = JSONObjectWriter()
        context.addOrNull("site", asker.site)
        context.addOrNull("ip", asker.address)
        context.addOrNull("user_agent", asker.userAgent)
        context.add("created_at", RFC3339Time.text(milliseconds: createdAt))
        if let isSameAddress {
            context.add("same_address", isSameAddress)
        } else {
            context.addNull("same_address")
        }
        var json = JSONObjectWriter(capacity: 512)
        json.add("status", QRStatus.scanned.rawValue)
        json.add("nonce", nonce.text)
        json.add("context", json: context.finish())
        return json.finish()
    }
}

extension JSONObjectWriter {
    fileprivate mutating func addNull(_ name: StaticString) { add(name, json: Array("null".utf8)) }

    fileprivate mutating func addOrNull(_ name: StaticString, _ value: String?) {
        guard let value else { return addNull(name) }
        add(name, value)
    }
}
