import Glibc

extension HostFacts {
    /// This machine.
    static func current() -> HostFacts {
        var names = utsname()
        unsafe uname(&names)
        return HostFacts(
            name: text(names.nodename),
            cpus: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            kernel: text(names.release),
            architecture: text(names.machine)
        )
    }

    private static func text<Field>(_ field: Field) -> String {
        unsafe withUnsafeBytes(of: field) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
