import Glibc

/// Finds the process of this machine that listens on a port.
enum ListeningProcess {
    /// nil when there is none, or it is not ours to look at.
    static func find(port: UInt16) -> Int32? {
        var inodes = Set<String>()
        for table in ["tcp", "tcp6"] {
            if let text = FileText.read("/proc/net/\(table)") { inodes.formUnion(self.inodes(text, listeningOn: port)) }
        }
        guard !inodes.isEmpty else { return nil }
        let wanted = Set(inodes.map { "socket:[\($0)]" })
        for name in names(in: "/proc") {
            guard let pid = Int32(name) else { continue }
            let folder = "/proc/\(pid)/fd"
            if names(in: folder).contains(where: { wanted.contains(link("\(folder)/\($0)")) }) { return pid }
        }
        return nil
    }

    /// The sockets of `/proc/net/tcp` that listen on the port.
    static func inodes(_ table: String, listeningOn port: UInt16) -> Set<String> {
        let listening = "0A"
        var inodes = Set<String>()
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == listening, let colon = fields[1].lastIndex(of: ":"),
                UInt16(fields[1][fields[1].index(after: colon)...], radix: 16) == port
            else { continue }
            inodes.insert(String(fields[9]))
        }
        return inodes
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func link(_ path: String) -> String {
        var target = [CChar](repeating: 0, count: 128)
        let count = unsafe readlink(path, &target, target.count)
        guard count > 0 else { return "" }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
