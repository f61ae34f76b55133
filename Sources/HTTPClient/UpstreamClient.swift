/// An HTTP/1.1 client of one event loop with kept connections, limits and deadlines. Loop-confined.
///
/// A request is sent at most once. ``close()`` before the last reference goes.
public protocol UpstreamClient: AnyObject {
    /// Sends a request and waits for the whole reply. On the loop, in a task that prefers it.
    ///
    /// Cancelling the task frees the request at once and closes its connection.
    func perform(_ request: ClientRequest) async throws(ClientError) -> ClientResponse

    /// Sends a request, without a task and without a copy of the reply. On the loop.
    ///
    /// - Parameter caller: held until it was told. That is never before this call has returned and never after
    ///   ``UpstreamCall/cancel()``.
    /// - Returns: the request under way, for whoever may have to give it up.
    func start(_ request: ClientRequest, for caller: any UpstreamCaller) -> any UpstreamCall

    /// The same for a GET without further fields. On the loop.
    func get(_ url: SecretURL, limits: ClientRequestLimits, for caller: any UpstreamCaller) -> any UpstreamCall

    /// Sends a request, without a task. On the loop.
    ///
    /// - Parameter onEnd: gets the reply or why there is none. On the loop, once, never before this call has returned and
    ///   never after ``UpstreamCall/cancel()``.
    /// - Returns: the request under way, for whoever may have to give it up.
    @discardableResult
    func start(
        _ request: ClientRequest,
        onEnd: @escaping (Result<ClientResponse, ClientError>) -> Void
    ) -> any UpstreamCall

    /// Ends all requests with ``ClientError/Code/closed``, closes all connections and frees everything. On the loop.
    func close()

    /// Requests under way now.
    var inflightCount: Int { get }

    /// Requests that wait for their turn now.
    var waitingCount: Int { get }
}
