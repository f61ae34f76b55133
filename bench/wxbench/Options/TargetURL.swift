/// Where a server is: `http://host:port` or `https://host:port`.
struct TargetURL: Equatable, Sendable, CustomStringConvertible {
    let isSecure: Bool
    /// A name or a numeric address, without brackets.
    let host: String
    let port: UInt16

    /// nil for anything but scheme, host and port; a slash at the end does no harm.
    init?(_ text: String) {
        var rest = text[...]
        if rest.hasPrefix("http://") {
            isSecure = false
            rest = rest.dropFirst("http://".count)
        } else if rest.hasPrefix("https://") {
            isSecure = true
            rest = rest.dropFirst("https://".count)
        } else {
            return nil
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let portText: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
            guard host.utf8.allSatisfy({ Self.isAddressByte($0) }) else { return nil }
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts[0])
            portText = parts.count > 1 ? parts[1] : nil
            guard host.utf8.allSatisfy({ Self.isNameByte($0) }) else { return nil }
        }
        guard !host.isEmpty else { return nil }
        guard let portText else {
            port = isSecure ? 443 : 80
            return
        }
        guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(portText), number > 0
        else { return nil }
        port = number
    }

    /// As the Host field has it.
    var authority: String {
        let bracketed = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
    }

    var description: String { "\(isSecure ? "https" : "http")://\(authority)" }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: ":"), UInt8(ascii: "."): true
        default: false
        }
    }
}
