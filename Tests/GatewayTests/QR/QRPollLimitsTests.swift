import Prometheus
import Testing

@testable import Gateway

@Suite struct QRPollLimitsTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8::1", "2001:db8::ffff:0:0:1", true), ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("::1", "192.0.2.1", false),
    ]) func `an IPv4 address is a client, and an IPv6 network of 64 bits`(one: String, two: String, same: Bool) throws {
        let clients = try [one, two].map { try #require(QRPollLimits.Client($0)) }
        #expect((clients[0] == clients[1]) == same)
    }

    @Test func `what is no address has no limit`() {
        let limits = QRPollLimits(pollsPerAddress: 1)
        #expect(limits.client(nil) == nil && limits.client("unknown") == nil)
        for _ in 0..<3 { #expect(limits.enter(nil)) }
        #expect(limits.count == 3 && limits.clientCount == 0)
    }

    @Test func `a client has so many places, and each one left is good again`() throws {
        let limits = QRPollLimits(pollsPerAddress: 2)
        let (one, two) = (limits.client("192.0.2.1"), limits.client("192.0.2.2"))
        #expect(limits.enter(one) && limits.enter(one) && !limits.enter(one) && limits.enter(two))
        #expect(limits.count == 3 && limits.clientCount == 2)
        limits.leave(one)
        #expect(limits.enter(one) && !limits.enter(one))
        for client in [one, one, two] { limits.leave(client) }
        #expect(limits.count == 0 && limits.clientCount == 0)
    }

    @Test func `without a limit nobody is counted but for the gauge`() {
        let limits = QRPollLimits(pollsPerAddress: 0)
        #expect(limits.client("192.0.2.1") == nil)
        let registry = PrometheusRegistry()
        ParkedPollMetrics.show(limits, in: registry)
        for _ in 0..<2 { #expect(limits.enter(nil)) }
        #expect(String(decoding: registry.text(), as: UTF8.self).contains("\nwxgate_parked_polls 2\n"))
        limits.leave(nil)
        #expect(String(decoding: registry.text(), as: UTF8.self).contains("\nwxgate_parked_polls 1\n"))
    }
}
