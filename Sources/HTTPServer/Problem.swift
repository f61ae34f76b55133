public import HTTP

/// An error as clients see it: `application/problem+json` (RFC 9457) with a stable `error` for programs.
public struct Problem: Error, Sendable {
    /// The HTTP status.
    public var status: Status
    /// The stable name, such as `code_used` (contract section 2).
    public var error: String
    /// What it means in general; for people.
    public var title: String
    /// What was wrong this time; for people. Never holds a secret.
    public var detail: String
    /// Header fields of the reply, such as Retry-After.
    public var headers: [(String, String)] = []
    /// Further members, already in order, such as `reason`.
    public var members: [Member] = []

    /// A member that only some errors have; they are few and fixed by the contract.
    public enum Member: Sendable, Equatable {
        /// Why a token is dead.
        case reason(String)
        /// WeChat's errcode, when its reply caused the error.
        case errcode(Int)
        /// WeChat's errmsg without its rid.
        case errmsg(String)
    }

    /// Makes a problem.
    public init(
        status: Status,
        error: String,
        title: String,
        detail: String,
        headers: [(String, String)] = [],
        members: [Member] = []
    ) {
        self.status = status
        self.error = error
        self.title = title
        self.detail = detail
        self.headers = headers
        self.members = members
    }

    /// The reply that tells it.
    public func response(requestID: String) -> Response {
        var json = JSONObjectWriter(capacity: 384)
        json.add("type", "/errors#\(error)")
        json.add("title", title)
        json.add("status", Int(status.code))
        json.add("error", error)
        json.add("detail", detail)
        json.add("request_id", requestID)
        for member in members {
            switch member {
            case .reason(let value): json.add("reason", value)
            case .errcode(let value): json.add("errcode", value)
            case .errmsg(let value): json.add("errmsg", value)
            }
        }
        return Response(
            status: status,
            headers: [
                ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
                ("X-Request-Id", requestID),
            ] + headers,
            body: json.finish()
        )
    }
}

/// An error that knows how clients are to see it; every other error becomes `internal`.
public protocol ProblemConvertible: Error {
    /// The error as clients see it.
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    /// Itself.
    public var problem: Problem { self }
}
