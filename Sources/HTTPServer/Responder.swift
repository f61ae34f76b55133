/// Answers the requests of one loop's connections. Loop-confined; each loop has its own.
public protocol Responder: AnyObject {
    /// Answers one request, on the loop; the task is cancelled when the client hangs up.
    func respond(to request: Request, with writer: consuming ResponseWriter) async
}
