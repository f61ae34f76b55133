import Glibc
import Testing

@testable import UV

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("2001:db8::1:0", "[2001:db8::1:0]:80"),
        ("255.255.255.255", "255.255.255.255:80"), ("::ffff:10.0.0.1", "10.0.0.1:80"),
    ])
    func `numeric addresses are read and told as they are`(ip: String, text: String) throws {
        #expect(try SocketAddress(ip: ip, port: 80).description == text)
    }

    @Test(arguments: ["", "localhost", "127.0.0.1.", "127.0.0", "127.0.0.1\u{0}.example", "[::1]", "::g", "1.2.3.4:80"])
    func `anything else is refused`(ip: String) {
        #expect(throws: UVError.self) { try SocketAddress(ip: ip, port: 80) }
    }

    @Test(arguments: ["192.0.2.7", "2001:db8:1:2:3:4:5:6"])
    func `the system's form is the same address again`(ip: String) throws {
        let address = try SocketAddress(ip: ip, port: 4711)
        let again = address.withSystemAddress { pointer, _ in SocketAddress(pointer) }
        #expect(again == address)
        #expect(address.with(port: 1) != address)
        #expect(address.with(port: 1).with(port: 4711) == address)
        #expect(address.ip == ip)
    }
}
