/// Why a run does not come about, with the exit status that says so to scripts (sysexits.h).
struct BenchError: Error, Equatable, CustomStringConvertible {
    let status: Int32
    let description: String

    /// Nobody answers there: 69.
    static func unreachable(_ text: String) -> BenchError { BenchError(status: 69, description: text) }
    /// A file that was named cannot be read or written: 66.
    static func file(_ text: String) -> BenchError { BenchError(status: 66, description: text) }
    /// What has to be there before the load, such as logged-in users, does not come about: 76.
    static func setUp(_ text: String) -> BenchError { BenchError(status: 76, description: text) }
    /// This machine has no more threads or descriptors: 71.
    static func system(_ text: String) -> BenchError { BenchError(status: 71, description: text) }
}
