internal import HTTP

/// Finds the route of a path. Loop-confined.
///
/// An exact path costs one look into a table and wins; patterns are few and tried in the order of their adding.
final class RouteTable {
    /// What is served at one path, or at the paths of one pattern.
    final class Route {
        /// As it was added: for the log, where the path itself may name a person.
        let name: String
        let bytes: [UInt8]
        private var registered: [Router.Endpoint?] = Array(repeating: nil, count: Method.indexCount)
        private var others: [Method: Router.Endpoint] = [:]
        /// Takes every method that has no endpoint of its own.
        private var anyMethod: Router.Endpoint?
        var bodyHandling = BodyHandling.collect

        init(name: String) {
            self.name = name
            bytes = Array(name.utf8)
        }

        /// The endpoint of a method, made if it is new; nil stands for every method.
        func endpoint(adding method: Method?) -> Router.Endpoint {
            let known = method.map { $0.index > 0 ? registered[$0.index] : others[$0] } ?? anyMethod
            if let known { return known }
            let new = Router.Endpoint()
            if let method {
                set(new, for: method)
            } else {
                anyMethod = new
            }
            return new
        }

        // Read and stored back as a whole here and below: no access stays open, so that none is checked at run time.
        private func set(_ endpoint: Router.Endpoint, for method: Method) {
            var (registered, others) = (registered, others)
            if method.index > 0 { registered[method.index] = endpoint } else { others[method] = endpoint }
            (self.registered, self.others) = (registered, others)
        }

        /// Nil when the method is not taken.
        func endpoint(for head: RequestHead) -> Router.Endpoint? {
            let index = head.methodIndex
            return (index > 0 ? registered[index] : others[head.method]) ?? anyMethod
        }

        /// For the Allow field of a 405.
        var allowed: [Method] {
            let names = Method.registered.filter { registered[$0.index] != nil }
            return (names + others.keys).sorted { $0.rawValue < $1.rawValue }
        }
    }

    /// By the hash of their paths, each chain in the order of adding; as many chains as a mask selects.
    private var chains: [[Route]] = Array(repeating: [], count: chainCount)
    private var patterns: [(pattern: PathPattern, route: Route)] = []

    /// Several times the paths that a gateway has, so that a chain has one route or none.
    private static let chainCount = 256

    /// The route of a path that may have a parameter, made if it is new.
    func route(at path: String) -> Route {
        guard let pattern = PathPattern(path) else {
            let bytes = Array(path.utf8)
            let chain = RouteTable.chain(of: bytes.span)
            if let known = RouteTable.find(bytes.span, in: chains[chain]) { return known }
            let route = Route(name: path)
            var chains = chains
            chains[chain].append(route)
            self.chains = chains
            return route
        }
        return self.route(of: pattern, name: path)
    }

    /// Gives all paths below a path to the route that is at the path.
    func extendBelow(_ path: String) {
        let pattern = PathPattern.below(path)
        guard !patterns.contains(where: { $0.pattern == pattern }) else { return }
        patterns = patterns + [(pattern, route(at: path))]
    }

    /// The route of a request's path, with the parameter if that has one.
    func find(_ head: RequestHead) -> (route: Route, parameter: Substring)? {
        let chains = chains
        if let route = head.withPathBytes({ RouteTable.find($0, in: chains[RouteTable.chain(of: $0)]) }) {
            return (route, "")
        }
        if patterns.isEmpty { return nil }
        let path = head.path
        for (pattern, route) in patterns {
            if let parameter = pattern.match(path) { return (route, parameter) }
        }
        return nil
    }

    /// A weak hash is enough: clients ask for paths, only we add them.
    private static func chain(of path: Span<UInt8>) -> Int {
        let hash = path.weakHash()
        return Int(truncatingIfNeeded: hash ^ (hash &>> 32)) & (chainCount - 1)
    }

    private static func find(_ path: Span<UInt8>, in chain: [Route]) -> Route? {
        for route in chain {
            let bytes = route.bytes
            if path.isEqual(to: bytes.span) { return route }
        }
        return nil
    }

    private func route(of pattern: PathPattern, name: String) -> Route {
        if let known = patterns.first(where: { $0.pattern == pattern }) { return known.route }
        let route = Route(name: name)
        patterns = patterns + [(pattern, route)]
        return route
    }
}
