internal import HTTP
internal import OpenSSL
internal import WeChat

/// A code whose session was opened, as its client's repeat needs it: one piece of memory without references, since a
/// quarter of a million of them are cold before they are forgotten.
struct RememberedCode: Redacted {
    private let owner: ClientIdentity
    private let login: RememberedLogin
    private let sessionKey: [16 of UInt8]
    /// Real openids have 28 characters. A longer one is kept in the record that it came with.
    private let openID: [32 of UInt8]
    private let openIDLength: UInt8

    /// Nil when the openid is too long.
    init?(_ session: WeChatSession, of owner: ClientIdentity, _ login: RememberedLogin) {
        let openID = session.openID.utf8Span.span
        guard openID.count <= 32 else { return nil }
        self.owner = owner
        self.login = login
        sessionKey = session.sessionKey.bytes
        self.openID = [32 of UInt8] { index in index < openID.count ? openID[index] : 0 }
        openIDLength = UInt8(openID.count)
    }

    /// What the exchange came to and what its login is made of; nil for anybody but the client whose session it is.
    ///
    /// Of the exchange without the unionid, which the user's record has by now.
    func repeated(by client: ClientIdentity) -> (WeChatSession, RememberedLogin)? {
        guard owner.isSame(as: client) else { return nil }
        let openID = openID.span.extracting(first: Int(openIDLength)).text()
        return (WeChatSession(openID: openID, unionID: nil, sessionKey: SessionKey(sessionKey)), login)
    }
}
