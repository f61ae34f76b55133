internal import HTTP

/// Finds the route of a path. Loop-confined.
///
/// An exact path costs one look into a dictionary and wins; patterns are few and tried in the order of their adding.
struct RouteTable {
    /// What is served at one path, or at the paths of one pattern.
    final class Route {
        /// As it was added: for the log, where the path itself may name a person.
        let name: String
        var methods: [Method: Router.Endpoint] = [:]
        /// Takes every method that has no endpoint of its own.
        var anyMethod = Router.Endpoint()
        var bodyHandling = BodyHandling.collect

        init(name: String) {
            self.name = name
        }

        /// Nil when the method is not taken.
        func endpoint(for method: Method) -> Router.Endpoint? {
            methods[method] ?? (anyMethod.isEmpty ? nil : anyMethod)
        }

        /// For the Allow field of a 405.
        var allowed: [Method] { methods.keys.sorted { $0.rawValue < $1.rawValue } }
    }

    private var exact: [String: Route] = [:]
    private var patterns: [(pattern: PathPattern, route: Route)] = []

    /// The route of a path that may have a parameter, made if it is new.
    mutating func route(at path: String) -> Route {
        guard let pattern = PathPattern(path) else {
            let route = exact[path] ?? Route(name: path)
            exact[path] = route
            return route
        }
        return self.route(of: pattern, name: path)
    }

    /// Gives all paths below a path to the route that is at the path.
    mutating func extendBelow(_ path: String) {
        let pattern = PathPattern.below(path)
        guard !patterns.contains(where: { $0.pattern == pattern }) else { return }
        patterns.append((pattern, route(at: path)))
    }

    /// The route of a request's path, with the parameter if that has one.
    func find(_ path: String) -> (route: Route, parameter: Substring)? {
        if let route = exact[path] { return (route, "") }
        for (pattern, route) in patterns {
            if let parameter = pattern.match(path) { return (route, parameter) }
        }
        return nil
    }

    private mutating func route(of pattern: PathPattern, name: String) -> Route {
        if let known = patterns.first(where: { $0.pattern == pattern }) { return known.route }
        let route = Route(name: name)
        patterns.append((pattern, route))
        return route
    }
}
