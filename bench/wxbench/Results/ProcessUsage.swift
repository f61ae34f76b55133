import Glibc

/// What a process has used so far, out of `/proc` (proc(5)).
struct ProcessUsage: Equatable, Sendable {
    /// User and system time of all threads.
    var cpuSeconds: Double
    var residentBytes: Int

    /// nil when there is no such process, or it is not ours to look at.
    static func read(_ pid: Int32) -> ProcessUsage? {
        guard let stat = FileText.read("/proc/\(pid)/stat") else { return nil }
        return parse(stat, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)), pageBytes: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Of `/proc/PID/stat`. The name is in parentheses and may hold any character, so the fields count from the last one.
    static func parse(_ stat: String, ticksPerSecond: Int, pageBytes: Int) -> ProcessUsage? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Int(fields[11]), let system = Int(fields[12]), let pages = Int(fields[21])
        else { return nil }
        return ProcessUsage(
            cpuSeconds: Double(user + system) / Double(ticksPerSecond),
            residentBytes: pages * pageBytes
        )
    }

    /// The resident bytes to the page, which the kernel has to count; the figure above may be off by some hundred KiB.
    static func exactResidentBytes(_ pid: Int32) -> Int? {
        FileText.read("/proc/\(pid)/smaps_rollup").flatMap(parseRollup)
            ?? read(pid)?.residentBytes
    }

    static func parseRollup(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Rss:") {
            let fields = line.split(separator: " ")
            guard fields.count >= 2, let kibibytes = Int(fields[1]) else { return nil }
            return kibibytes * 1024
        }
        return nil
    }
}
