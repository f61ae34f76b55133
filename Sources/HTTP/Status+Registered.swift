extension Status {
    /// 100.
    public static let `continue` = Status(code: 100)
    /// 200.
    public static let ok = Status(code: 200)
    /// 201.
    public static let created = Status(code: 201)
    /// 202.
    public static let accepted = Status(code: 202)
    /// 204.
    public static let noContent = Status(code: 204)
    /// 301.
    public static let movedPermanently = Status(code: 301)
    /// 302.
    public static let found = Status(code: 302)
    /// 303.
    public static let seeOther = Status(code: 303)
    /// 304.
    public static let notModified = Status(code: 304)
    /// 307.
    public static let temporaryRedirect = Status(code: 307)
    /// 308.
    public static let permanentRedirect = Status(code: 308)
    /// 400.
    public static let badRequest = Status(code: 400)
    /// 401.
    public static let unauthorized = Status(code: 401)
    /// 403.
    public static let forbidden = Status(code: 403)
    /// 404.
    public static let notFound = Status(code: 404)
    /// 405.
    public static let methodNotAllowed = Status(code: 405)
    /// 408.
    public static let requestTimeout = Status(code: 408)
    /// 409.
    public static let conflict = Status(code: 409)
    /// 410.
    public static let gone = Status(code: 410)
    /// 411.
    public static let lengthRequired = Status(code: 411)
    /// 412.
    public static let preconditionFailed = Status(code: 412)
    /// 413.
    public static let contentTooLarge = Status(code: 413)
    /// 415.
    public static let unsupportedMediaType = Status(code: 415)
    /// 417.
    public static let expectationFailed = Status(code: 417)
    /// 422.
    public static let unprocessableContent = Status(code: 422)
    /// 429.
    public static let tooManyRequests = Status(code: 429)
    /// 431.
    public static let requestHeaderFieldsTooLarge = Status(code: 431)
    /// 500.
    public static let internalServerError = Status(code: 500)
    /// 501.
    public static let notImplemented = Status(code: 501)
    /// 502.
    public static let badGateway = Status(code: 502)
    /// 503.
    public static let serviceUnavailable = Status(code: 503)
    /// 504.
    public static let gatewayTimeout = Status(code: 504)
    /// 505.
    public static let httpVersionNotSupported = Status(code: 505)
}
