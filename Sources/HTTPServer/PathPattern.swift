/// A set of paths told by their beginning and end, compared byte by byte: nothing is decoded or normalised.
struct PathPattern: Equatable {
    private enum Shape: Equatable {
        /// One segment, not empty, between two fixed parts.
        case segment(prefix: String, suffix: String)
        /// Everything behind a fixed part that ends with a slash.
        case below(prefix: String)
    }

    private let shape: Shape

    /// The pattern of `/users/:id/sessions`; nil when no segment begins with a colon, so that the path is an exact one.
    ///
    /// The name tells people what stands there and distinguishes nothing.
    init?(_ text: String) {
        guard let start = text.utf8.firstRange(of: "/:".utf8)?.upperBound else { return nil }
        let rest = text.utf8[start...]
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
        let suffix = text[end...]
        precondition(!suffix.utf8.contains(UInt8(ascii: ":")), "a path has one parameter at most")
        // Without the colon, which is one byte.
        shape = .segment(prefix: String(text[..<start].dropLast()), suffix: String(suffix))
    }

    private init(_ shape: Shape) {
        self.shape = shape
    }

    /// All paths below this one: `/a/`, `/a/b` and even `/a/../b`, but neither `/a` nor `/ab`.
    static func below(_ path: String) -> PathPattern {
        PathPattern(.below(prefix: path.hasSuffix("/") ? path : path + "/"))
    }

    /// The parameter if the path is of this set, the rest of the path for one below; nil otherwise.
    func match(_ path: String) -> Substring? {
        switch shape {
        case .below(let prefix):
            guard path.utf8.starts(with: prefix.utf8) else { return nil }
            return path[path.utf8.index(path.startIndex, offsetBy: prefix.utf8.count)...]
        case .segment(let prefix, let suffix):
            // The count comes first: prefix and suffix may not share the slash between them.
            guard path.utf8.count > prefix.utf8.count + suffix.utf8.count,
                path.utf8.starts(with: prefix.utf8),
                path.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
            else { return nil }
            let start = path.utf8.index(path.startIndex, offsetBy: prefix.utf8.count)
            let end = path.utf8.index(path.endIndex, offsetBy: -suffix.utf8.count)
            let value = path[start..<end]
            return value.utf8.contains(UInt8(ascii: "/")) ? nil : value
        }
    }
}
