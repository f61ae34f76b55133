import Glibc

/// A call of the system that failed.
struct SystemFault: Error, Equatable, CustomStringConvertible {
    let call: String
    let code: Int32

    /// Of the call that has just failed on this thread.
    static func last(_ call: String) -> SystemFault { SystemFault(call: call, code: errno) }

    /// The system's words for it.
    var reason: String { unsafe String(cString: strerror(code)) }

    var description: String { "\(call): \(reason)" }
}
