/// Why the simulator's owner does not get what they asked for; never seen by clients of the WeChat side.
public enum SimulatorRefusal: Error, Equatable, Sendable {
    /// The app does not exist, or none was named and there is none.
    case unknownApp
    /// An argument is malformed; the text says which and how.
    case invalid(String)
    /// A limit on apps, users or outstanding codes is reached; the text says which.
    case full(String)

    /// One line for people.
    public var detail: String {
        switch self {
        case .unknownApp: "no such app; add it by POST /sim/apps"
        case .invalid(let detail), .full(let detail): detail
        }
    }
}
