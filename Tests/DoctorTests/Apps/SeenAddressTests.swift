import Testing
import WeChat

@testable import Doctor

@Suite struct SeenAddressTests {
    @Test(
        arguments: [
            ("invalid ip 14.22.81.196 ipv6 ::ffff:14.22.81.196, not in whitelist", "14.22.81.196"),
            ("invalid ip ::ffff:14.22.81.196, not in whitelist", "14.22.81.196"),
            ("invalid ip ::FFFF:14.22.81.196 , not in whitelist", "14.22.81.196"),
            ("invalid ip 2001:db8::7 ipv6 2001:db8::7, not in whitelist", "2001:db8::7"),
            ("invalid ip 14.22.81.196 ipv6 2001:db8::7, not in whitelist", "14.22.81.196 and 2001:db8::7"),
            ("invalid ip 1.2.3.4, not in whitelist rid: 64e5d2d0-18b1978d-6abec211", "1.2.3.4"),
            ("invalid ip, not in whitelist", nil), ("", nil), ("invalid ip 1.2.3 or 300.1.1.1 or ::ffff:x", nil),
        ] as [(String, String?)]
    )
    func `the address is read as the console takes it`(errmsg: String, address: String?) {
        #expect(SeenAddress.text(in: WeChatRefusal(errcode: 40164, errmsg: errmsg)) == address)
    }
}
