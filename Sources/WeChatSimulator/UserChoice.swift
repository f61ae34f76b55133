/// Which user a code is minted for.
public enum UserChoice: Equatable, Sendable {
    /// One that did not exist before.
    case new
    /// The one with this openid, made if necessary.
    case openid(String)
    /// The one that this name stands for in the app: the same name always gives the same openid.
    case named(String)

    /// The name, if it is one.
    var name: String? {
        if case .named(let name) = self { name } else { nil }
    }
}
