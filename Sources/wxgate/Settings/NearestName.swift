/// Finds what somebody meant who mistyped a name.
enum NearestName {
    /// The candidate that needs the fewest edits to become `name`; the first of several equals.
    static func of(_ name: String, among candidates: [String]) -> String? {
        candidates.min { distance(name, $0) < distance(name, $1) }
    }

    /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count one each.
    static func distance(_ left: String, _ right: String) -> Int {
        // A name longer than any variable cannot be near one; the cut bounds the work.
        let left = Array(left.utf8.prefix(100))
        let right = Array(right.utf8.prefix(100))
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
