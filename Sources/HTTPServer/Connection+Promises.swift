internal import UV

/// Replies that are soon to come, without a task.
extension Connection {
    /// Leaves the reply to the request that was begun last to `promised`.
    func leave(to promised: PromisedReply) {
        let number = number
        self.promised = promised
        promised.start(on: self, number: number)
        // What was answered at once has its next timeout already.
        if awaitsReply(to: number) { server.wheel.suspend(deadline) }
    }

    /// The reply has come.
    ///
    /// - Parameter response: nil: there is nobody to answer.
    func keepPromise(of number: UInt64, _ response: Response?) {
        promised = nil
        if let response {
            reply(response, to: number, closesSilently: false)
        } else {
            abandon(number, reset: false)
        }
    }

    /// Nobody is left who could give the reply.
    func finishForgotten(_ number: UInt64, requestID: RequestID) {
        promised = nil
        finishUnanswered(number, requestID: requestID)
    }

    /// Nobody is left to get the reply, if one was promised; says whether.
    func hangUpPromised() -> Bool {
        guard let promised else { return false }
        self.promised = nil
        promised.hangUp()
        return true
    }
}
