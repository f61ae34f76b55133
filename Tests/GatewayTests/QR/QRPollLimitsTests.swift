import Prometheus
import Testing

@testable import Gateway

@Suite struct QRPollLimitsTests {
    @Test func `a client has so many places, and each one left is good again`() throws {
        let limits = QRPollLimits(pollsPerAddress: 2)
        let (one, two) = (limits.client(AddressKey("192.0.2.1")), limits.client(AddressKey("192.0.2.2")))
        #expect(limits.enter(one) && limits.enter(one) && !limits.enter(one) && limits.enter(two))
        #expect(limits.count == 3 && limits.clientCount == 2)
        limits.leave(one)
        #expect(limits.enter(one) && !limits.enter(one))
        for client in [one, one, two] { limits.leave(client) }
        #expect(limits.count == 0 && limits.clientCount == 0)
    }

    @Test func `without a limit nobody is counted but for the gauge`() {
        let limits = QRPollLimits(pollsPerAddress: 0)
        #expect(limits.client(AddressKey("192.0.2.1")) == nil)
        let registry = PrometheusRegistry()
        ParkedPollMetrics.show(limits, in: registry)
        for _ in 0..<2 { #expect(limits.enter(nil)) }
        #expect(String(decoding: registry.text(), as: UTF8.self).contains("\nwxgate_parked_polls 2\n"))
        limits.leave(nil)
        #expect(String(decoding: registry.text(), as: UTF8.self).contains("\nwxgate_parked_polls 1\n"))
    }
}
