internal import HTTPServer
internal import WeChat

/// Which users an operator means.
enum UserSelection: Equatable, Sendable {
    case id(Int64)
    case key(User.Key)
    /// In all apps.
    case unionID(String)

    private static let idDigitsMax = 19
    private static let nameLengthMax = 128
    private static let appIDLengthMax = 64

    /// Reads the numeric id in a path.
    ///
    /// - Throws: `invalidRequest` when it is not a number of at most 19 digits, `notFound` when no id is that large.
    init(id text: Substring) throws(GatewayError) {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, (1...Self.idDigitsMax).contains(text.utf8.count) else {
            throw .invalidRequest("id is not 1 to \(Self.idDigitsMax) digits.")
        }
        guard let id = Int64(text) else { throw .noSuchUser }
        self = .id(id)
    }

    /// Reads `?appid=&openid=` or `?unionid=`.
    ///
    /// The appid may be left out when one app is configured, and may be one that is configured no more: its users are
    /// still there.
    ///
    /// - Throws: `invalidRequest` or `unknownApp`.
    init(query: String?, apps: AppRegistry) throws(GatewayError) {
        let members = try RequestMembers(query: query)
        let appID = try members.text("appid", lengthMax: Self.appIDLengthMax)
        let openID = try members.text("openid", lengthMax: Self.nameLengthMax)
        switch (openID, try members.text("unionid", lengthMax: Self.nameLengthMax)) {
        case (let openID?, nil):
            self = .key(User.Key(appID: try Self.appID(appID, apps), openID: openID))
        case (nil, let unionID?):
            // Whoever adds an appid may think that it narrows an erasure.
            guard appID == nil else { throw .invalidRequest("appid does not go with unionid, which means all apps.") }
            self = .unionID(unionID)
        case (nil, nil): throw .invalidRequest("openid is missing, and so is unionid.")
        case (_?, _?): throw .invalidRequest("openid and unionid are both there; send one of them.")
        }
    }

    private static func appID(_ id: String?, _ apps: AppRegistry) throws(GatewayError) -> String {
        if let id { return id }
        return try apps.app(named: nil).id
    }
}

extension GatewayError {
    static var noSuchUser: GatewayError { .notFound("There is no such user.") }
}
