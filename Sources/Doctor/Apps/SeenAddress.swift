import Glibc
import WeChat

/// The address that WeChat saw a call come from, as the words of a refusal tell it.
enum SeenAddress {
    /// From `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist`: `1.2.3.4`; with two different ones both, joined
    /// by `and`; nil when the words have none.
    static func text(in refusal: WeChatRefusal) -> String? {
        var addresses: [String] = []
        for word in refusal.errmsg.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let address = plain(String(word)), !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        return addresses.isEmpty ? nil : addresses.joined(separator: " and ")
    }

    /// The address as WeChat's console takes it: an IPv4 address mapped into IPv6 is the IPv4 address.
    private static func plain(_ word: String) -> String? {
        let mapped = "::ffff:"
        if word.lowercased().hasPrefix(mapped) {
            let rest = String(word.dropFirst(mapped.count))
            if isAddress(rest, AF_INET) { return rest }
        }
        return isAddress(word, AF_INET) || isAddress(word, AF_INET6) ? word : nil
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(family, text, &address) == 1
    }
}
