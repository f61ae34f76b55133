public import HTTP

// The problems of HTTP itself; those of the domain live where the domain does.
extension Problem {
    /// 404: no such path.
    public static let notFound = Problem(
        status: .notFound,
        error: "not_found",
        title: "Not found",
        detail: "There is nothing at this path."
    )

    /// 405, with the methods that the path takes.
    public static func methodNotAllowed(_ allowed: [Method]) -> Problem {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed,
            error: "method_not_allowed",
            title: "Method not allowed",
            detail: "This path takes \(list).",
            headers: [("Allow", list)]
        )
    }

    /// 400: what the client sent is malformed; the detail names the member.
    public static func invalidRequest(_ detail: String) -> Problem {
        Problem(status: .badRequest, error: "invalid_request", title: "Invalid request", detail: detail)
    }

    /// 415: the body's media type is not one that is taken.
    public static func unsupportedMediaType(_ detail: String) -> Problem {
        Problem(
            status: .unsupportedMediaType,
            error: "unsupported_media_type",
            title: "Unsupported media type",
            detail: detail
        )
    }

    /// 503: more than the gateway can do now.
    public static func overloaded(_ detail: String) -> Problem {
        Problem(
            status: .serviceUnavailable,
            error: "overloaded",
            title: "Overloaded",
            detail: detail,
            // Connections and queues turn over within a second; less would only bring the same crowd back.
            headers: [("Retry-After", "1")]
        )
    }

    /// 500: a bug of ours.
    public static let internalError = Problem(
        status: .internalServerError,
        error: "internal",
        title: "Internal error",
        detail: "The gateway has a bug; its log has more under this request id."
    )

    static let tooSlow = invalidRequest("The request did not arrive in time.")
}

extension RequestParseError {
    /// The error as clients see it: 413 and 431 have names of their own, all else is `invalid_request`.
    var problem: Problem {
        switch self {
        case .bodyTooLarge:
            Problem(
                status: .contentTooLarge,
                error: "payload_too_large",
                title: "Payload too large",
                detail: detail
            )
        case .headersTooLarge:
            Problem(
                status: .requestHeaderFieldsTooLarge,
                error: "headers_too_large",
                title: "Headers too large",
                detail: detail
            )
        default:
            .invalidRequest(detail)
        }
    }
}
