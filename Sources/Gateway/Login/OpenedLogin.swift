internal import WeChat

/// A session on its way into the store, and the exchange that led to it.
struct OpeningLogin: Sendable {
    let weChatSession: WeChatSession
    let issued: IssuedToken
    let seed: TokenSeed
}

/// The session that the exchange of a code led to; clients that share the code share it.
struct OpenedLogin: Sendable {
    let issued: IssuedToken
    let seed: TokenSeed
    let isNew: Bool

    /// What is kept of it for repeats: not the token, which is long and can be made again.
    var remembered: RememberedLogin { RememberedLogin(seed: seed, isNew: isNew) }
}

/// A login that may be repeated.
struct RememberedLogin: Equatable, Sendable {
    let seed: TokenSeed
    let isNew: Bool
}
