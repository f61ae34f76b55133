public import HTTP
public import Logging

/// Finds the handler of a request by method and path, and turns what handlers throw into replies.
///
/// A path is exact, or has one parameter: in `/users/:id/sessions` the segment that begins with a colon stands for any
/// one that is not empty. Exact paths win. Nothing is decoded or normalised, not even what a parameter gets.
///
/// Loop-confined: handlers may capture the services of their loop. The one place where errors become HTTP.
public final class Router: Responder {
    /// Answers a request or throws; an error that is ``ProblemConvertible`` renders itself.
    public typealias Handler = (Request) async throws -> Response
    /// As ``Handler``, for what needs no wait: called where the request was read, without a task. Nil leaves the request
    /// to the asynchronous handler of the same route.
    public typealias NowHandler = (Request) throws -> Response?
    /// As ``NowHandler``, for what needs a short wait, but no task.
    public typealias PromisingHandler = (Request) throws -> PromisedReply
    /// As ``Handler``, with the parameter of the path as sent.
    public typealias ParameterHandler = (Request, Substring) async throws -> Response
    /// As ``ParameterHandler``, for replies that may come later.
    public typealias ParkingHandler = (Request, Substring) async throws -> Answer
    /// Answers by hand, for replies that are not plain ones; the policy's fields are not added.
    public typealias RawHandler = (Request, consuming ResponseWriter) async -> Void

    /// What takes a method of a route: asked first what can answer at once, then what may wait.
    final class Endpoint {
        var now: NowHandler?
        var promising: PromisingHandler?
        var later: LaterEndpoint?
    }

    enum LaterEndpoint {
        case plain(Handler)
        case parameter(ParameterHandler)
        case parking(ParkingHandler)
        case raw(RawHandler)
    }

    private let routes = RouteTable()
    private let logger: Logger
    private let notesRequests: Bool
    /// In a box, so that a request costs a look at a pointer.
    private let policy: Policy?

    private final class Policy {
        let rules: any RequestPolicy
        init(_ rules: any RequestPolicy) { self.rules = rules }
    }

    /// An empty router.
    ///
    /// - Parameter policy: what concerns every request, whatever its route.
    public init(logger: Logger, policy: (any RequestPolicy)? = nil) {
        self.logger = logger
        notesRequests = logger.logLevel <= .debug
        self.policy = policy.map { Policy($0) }
    }

    /// Adds a route.
    public func on(_ method: Method, _ path: String, _ handler: @escaping Handler) {
        routes.route(at: path).endpoint(adding: method).later = .plain(handler)
    }

    /// Adds a route whose path has a parameter.
    public func on(_ method: Method, _ path: String, _ handler: @escaping ParameterHandler) {
        routes.route(at: path).endpoint(adding: method).later = .parameter(handler)
    }

    /// Adds a route that GET and HEAD may take, as is due to whatever has no side effects (RFC 9110 section 9.1).
    public func get(_ path: String, _ handler: @escaping Handler) {
        on(.get, path, handler)
        on(.head, path, handler)
    }

    /// As ``get(_:_:)-(_,Handler)``, where the path has a parameter.
    public func get(_ path: String, _ handler: @escaping ParameterHandler) {
        on(.get, path, handler)
        on(.head, path, handler)
    }

    /// Adds a handler that answers without a wait, alone or before the asynchronous one of the same method and path.
    public func onNow(_ method: Method, _ path: String, _ handler: @escaping NowHandler) {
        routes.route(at: path).endpoint(adding: method).now = handler
    }

    /// As ``onNow(_:_:_:)``, for GET and HEAD.
    public func getNow(_ path: String, _ handler: @escaping NowHandler) {
        onNow(.get, path, handler)
        onNow(.head, path, handler)
    }

    /// Adds a route whose reply comes soon, from callbacks.
    public func onPromising(_ method: Method, _ path: String, _ handler: @escaping PromisingHandler) {
        routes.route(at: path).endpoint(adding: method).promising = handler
    }

    /// Adds a route whose reply may come later; its path has a parameter.
    public func onParking(_ method: Method, _ path: String, _ handler: @escaping ParkingHandler) {
        routes.route(at: path).endpoint(adding: method).later = .parking(handler)
    }

    /// Adds a route that answers by hand.
    public func onRaw(_ method: Method, _ path: String, _ handler: @escaping RawHandler) {
        routes.route(at: path).endpoint(adding: method).later = .raw(handler)
    }

    /// Adds a route that every method takes.
    ///
    /// - Parameters:
    ///   - andBelow: every path that begins with this one and a slash is the route's too.
    ///   - body: whether the handler gets the body; a discarded one may be longer than the limit.
    public func onAny(
        _ path: String,
        andBelow: Bool = false,
        body: BodyHandling = .collect,
        _ handler: @escaping Handler
    ) {
        addAny(path, andBelow, body).later = .plain(handler)
    }

    /// As ``onAny(_:andBelow:body:_:)``, for a handler that answers without a wait, alone or before an asynchronous one of
    /// the same path.
    public func onAnyNow(
        _ path: String,
        andBelow: Bool = false,
        body: BodyHandling = .collect,
        _ handler: @escaping NowHandler
    ) {
        addAny(path, andBelow, body).now = handler
    }

    private func addAny(_ path: String, _ andBelow: Bool, _ body: BodyHandling) -> Endpoint {
        let route = routes.route(at: path)
        route.bodyHandling = body
        if andBelow { routes.extendBelow(path) }
        return route.endpoint(adding: nil)
    }

    /// Discards what the route of the request has no use for.
    public func bodyHandling(for head: RequestHead) -> BodyHandling {
        routes.find(head)?.route.bodyHandling ?? .collect
    }

    /// What the policy adds to every reply.
    public func fields(for request: Request) -> [(String, String)] { policy?.rules.fields(for: request) ?? [] }

    /// Answers what needs no wait: by the policy, by a handler that has the answer at once or promises it, or with 404 or
    /// 405.
    public func answerNow(to request: Request) -> PromptAnswer {
        if var response = policy?.rules.response(to: request) {
            note(request, on: nil, response.status)
            complete(&response, for: request)
            return .reply(response)
        }
        guard let (route, _) = routes.find(request.head) else {
            return .reply(reply(Problem.notFound, to: request, on: nil))
        }
        guard let endpoint = route.endpoint(for: request.head) else {
            return .reply(reply(Problem.methodNotAllowed(route.allowed), to: request, on: route))
        }
        do {
            guard let now = endpoint.now else {
                return try endpoint.promising.map { .promise(try $0(request)) } ?? .none
            }
            guard var response = try now(request) else {
                precondition(endpoint.later != nil, "nobody is left to answer")
                return .none
            }
            note(request, on: route, response.status)
            complete(&response, for: request)
            return .reply(response)
        } catch {
            return .reply(reply(problem(of: error, in: request, on: route), to: request, on: route))
        }
    }

    /// As every reply: noted, with the request's id and the policy's fields.
    public func completed(_ response: consuming Response, of request: Request) -> Response {
        if notesRequests { note(request, on: routes.find(request.head)?.route, response.status) }
        complete(&response, for: request)
        return response
    }

    /// As what a handler throws.
    public func failed(_ error: any Error, of request: Request) -> Response? {
        guard let (route, _) = routes.find(request.head) else { preconditionFailure("promised by a route") }
        if error is CancellationError {
            note(request, on: route, nil)
            return nil
        }
        return reply(problem(of: error, in: request, on: route), to: request, on: route)
    }

    /// Answers by the asynchronous handler of the route, what ``answerNow(to:)`` has left.
    public func respond(to request: Request, with writer: consuming ResponseWriter) async {
        guard let (route, parameter) = routes.find(request.head), let later = route.endpoint(for: request.head)?.later
        else { preconditionFailure("asked only for what was left") }
        switch later {
        case .raw(let handler): await handler(request, writer)
        case .plain(let handler):
            await answer(request, on: route, with: writer) { () async throws in .now(try await handler(request)) }
        case .parameter(let handler):
            await answer(request, on: route, with: writer) { () async throws in
                .now(try await handler(request, parameter))
            }
        case .parking(let handler):
            await answer(request, on: route, with: writer) { () async throws in try await handler(request, parameter) }
        }
    }

    private func answer(
        _ request: Request,
        on route: RouteTable.Route,
        with writer: consuming ResponseWriter,
        by handler: () async throws -> Answer
    ) async {
        do {
            switch try await handler() {
            case .now(var response):
                note(request, on: route, response.status)
                complete(&response, for: request)
                writer.send(response)
            case .later(let parked):
                note(request, on: route, nil, outcome: "parked")
                writer.park(parked, fields: fields(for: request))
            }
        } catch is CancellationError {
            // The client hung up; there is nobody to answer.
            note(request, on: route, nil)
            writer.close()
        } catch {
            writer.send(reply(problem(of: error, in: request, on: route), to: request, on: route))
        }
    }

    private func problem(of error: any Error, in request: Request, on route: RouteTable.Route) -> Problem {
        let problem = (error as? any ProblemConvertible)?.problem ?? .internalError
        if problem.status == .internalServerError { logInternal(error, of: request, on: route) }
        return problem
    }

    /// The reply says that the log has more.
    private func logInternal(_ error: any Error, of request: Request, on route: RouteTable.Route) {
        var metadata = RequestLog(request).metadata
        metadata["path"] = "\(route.name)"
        metadata["error"] = "\(error)"
        logger.error("internal error", metadata: metadata)
    }

    private func reply(_ problem: Problem, to request: Request, on route: RouteTable.Route?) -> Response {
        note(request, on: route, problem.status, error: problem.error)
        var response = problem.response(requestID: request.id)
        response.add(fields(for: request))
        return response
    }

    private func complete(_ response: inout Response, for request: Request) {
        response.requestID = request.requestID
        if let policy { response.add(policy.rules.fields(for: request)) }
    }

    /// One line a request for those who look for one, without its query, where a code may stand.
    private func note(
        _ request: Request,
        on route: RouteTable.Route?,
        _ status: Status?,
        error: String? = nil,
        outcome: String = "client gone"
    ) {
        guard notesRequests else { return }
        var metadata = RequestLog(request).metadata
        metadata["method"] = "\(request.method)"
        // A path that no route has may hold anything, a token for instance, and so may a parameter.
        metadata["path"] = "\(route?.name ?? "other")"
        metadata["status"] = "\(status.map { String($0.code) } ?? outcome)"
        if let error { metadata["error"] = "\(error)" }
        logger.debug("request", metadata: metadata)
    }
}
