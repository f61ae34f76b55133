/// A request on its way to a task, apart from its connection: that keeps room for a pointer, not for a request.
final class ReadyRequest {
    let request: Request

    init(_ request: Request) {
        self.request = request
    }
}
