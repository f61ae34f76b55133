/// Where login codes come from.
enum CodeOrigin: Equatable, Sendable {
    /// Made up here; a simulator that accepts any code knows the same rule.
    case derived
    /// Made by the simulator's control API.
    case minted
    /// Of a real deployment: a file with one code a line.
    case file(String)

    var description: String {
        switch self {
        case .derived: "derived"
        case .minted: "minted"
        case .file: "file"
        }
    }
}

/// What a source of codes has to offer.
enum CodeDraw {
    /// The code was appended; by this number the source knows it again.
    case code(Int)
    /// More are on their way.
    case later
    /// All are used up.
    case finished
}

/// Login codes, each drawn once. Loop-confined.
protocol CodeSource: AnyObject {
    /// Appends the next code.
    func draw(into bytes: inout [UInt8]) -> CodeDraw

    /// Whose code it was; nil where that is not known.
    func openid(of number: Int) -> [UInt8]?

    /// The user, in the source's own numbering, where several codes may be of one user; nil where each code has a user
    /// of its own.
    func user(of number: Int) -> Int?

    /// Whether nobody of these users has ever been seen before this run.
    var areUsersNew: Bool { get }

    /// Before the first draw.
    func setUp() async throws(BenchError)

    /// Ends what the source has open.
    func tearDown()
}

extension CodeSource {
    func user(of number: Int) -> Int? { nil }
    func setUp() async throws(BenchError) {}
    func tearDown() {}
}
