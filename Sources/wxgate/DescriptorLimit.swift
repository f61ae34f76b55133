import Glibc
import Logging

/// The number of descriptors that the process may have; each connection is one.
enum DescriptorLimit {
    /// Listeners, wake-ups, log, upstream connections of every loop.
    private static let reserved = 1_000

    /// Raises the soft limit as far as it may, and warns when that is less than the connections that are allowed.
    static func raise(for connectionsMax: Int, logger: Logger) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connectionsMax + reserved)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        if limit.rlim_cur < wanted {
            logger.warning(
                "fewer descriptors than WXGATE_MAX_CONNECTIONS needs: raise LimitNOFILE or ulimit -n",
                metadata: ["descriptors": "\(limit.rlim_cur)", "needed": "\(wanted)"]
            )
        }
    }
}
