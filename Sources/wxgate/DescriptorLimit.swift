import Glibc
import Logging

/// The number of descriptors that the process may have; each connection is one.
enum DescriptorLimit {
    /// Listeners, wake-ups, log, upstream connections of every loop.
    private static let reserved = 1_000

    /// Raises the soft limit as far as it may, and warns when that is less than the connections that are allowed.
    ///
    /// - Returns: the connections that clients may have. Where descriptors are too few for all, some are kept back:
    ///   clients that held every one would leave none to reach WeChat with.
    static func raise(for connectionsMax: Int, logger: Logger) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connectionsMax }
        let wanted = rlim_t(connectionsMax + reserved)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        guard limit.rlim_cur < wanted else { return connectionsMax }
        let allowed = connections(connectionsMax, within: Int(limit.rlim_cur))
        logger.warning(
            "fewer descriptors than WXGATE_MAX_CONNECTIONS needs: raise LimitNOFILE or ulimit -n",
            metadata: [
                "descriptors": "\(limit.rlim_cur)", "needed": "\(wanted)", "connections": "\(allowed)",
            ]
        )
        return allowed
    }

    /// As many of the wanted connections as so many descriptors are enough for; of few, half are kept back.
    static func connections(_ wanted: Int, within descriptors: Int) -> Int {
        max(1, min(wanted, descriptors - min(reserved, descriptors / 2)))
    }
}
