public import HTTP
public import Logging

/// Finds the handler of a request by method and exact path, and turns what handlers throw into replies.
///
/// Loop-confined: handlers may capture the services of their loop. The one place where errors become HTTP.
public final class Router: Responder {
    /// Answers a request or throws; an error that is ``ProblemConvertible`` renders itself.
    public typealias Handler = (Request) async throws -> Response
    /// Answers by hand, for replies that are not plain ones.
    public typealias RawHandler = (Request, consuming ResponseWriter) async -> Void

    private enum Endpoint {
        case plain(Handler)
        case raw(RawHandler)
    }

    private var routes: [String: [Method: Endpoint]] = [:]
    private let logger: Logger

    /// An empty router.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Adds a route.
    public func on(_ method: Method, _ path: String, _ handler: @escaping Handler) {
        routes[path, default: [:]][method] = .plain(handler)
    }

    /// Adds a route that GET and HEAD may take, as is due to whatever has no side effects (RFC 9110 section 9.1).
    public func get(_ path: String, _ handler: @escaping Handler) {
        on(.get, path, handler)
        on(.head, path, handler)
    }

    /// Adds a route that answers by hand.
    public func onRaw(_ method: Method, _ path: String, _ handler: @escaping RawHandler) {
        routes[path, default: [:]][method] = .raw(handler)
    }

    /// Answers a request by its route, or 404, or 405 with Allow.
    public func respond(to request: Request, with writer: consuming ResponseWriter) async {
        guard let methods = routes[request.path] else {
            return send(Problem.notFound, for: request, with: writer)
        }
        switch methods[request.method] {
        case nil:
            let allowed = methods.keys.sorted { $0.rawValue < $1.rawValue }
            send(Problem.methodNotAllowed(allowed), for: request, with: writer)
        case .raw(let handler):
            await handler(request, writer)
        case .plain(let handler):
            do {
                var response = try await handler(request)
                response.headers.append(("X-Request-Id", request.id))
                note(request, response.status)
                writer.send(response)
            } catch let error as any ProblemConvertible {
                send(error.problem, for: request, with: writer)
            } catch is CancellationError {
                // The client hung up; there is nobody to answer.
                note(request, nil)
                writer.close()
            } catch {
                var metadata = RequestLog(request).metadata
                metadata["path"] = "\(request.path)"
                metadata["error"] = "\(error)"
                logger.error("internal error", metadata: metadata)
                send(Problem.internalError, for: request, with: writer)
            }
        }
    }

    private func send(_ problem: Problem, for request: Request, with writer: consuming ResponseWriter) {
        note(request, problem.status, error: problem.error)
        writer.send(problem.response(requestID: request.id))
    }

    /// One line a request for those who look for one, without its query, where a code may stand.
    private func note(_ request: Request, _ status: Status?, error: String? = nil) {
        guard logger.logLevel <= .debug else { return }
        var metadata = RequestLog(request).metadata
        metadata["method"] = "\(request.method)"
        // A path that no route has may hold anything, a token for instance.
        metadata["path"] = routes[request.path] == nil ? "other" : "\(request.path)"
        metadata["status"] = "\(status.map { String($0.code) } ?? "client gone")"
        if let error { metadata["error"] = "\(error)" }
        logger.debug("request", metadata: metadata)
    }
}
