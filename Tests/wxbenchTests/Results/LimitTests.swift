import Testing

@testable import wxbench

@Suite struct LimitTests {
    private func isKept(_ measure: Limit.Measure, _ bound: Double, count: Int = 1000, errors: Int = 0) -> Bool {
        Limit(name: "x", measure: measure, bound: bound)
            .check(count: count, errors: errors, seconds: 10) { _ in count > 0 ? 50 : nil }.kept
    }

    @Test func `a percentile may be as long as its limit`() {
        #expect(isKept(.latency(percentile: 99), 50))
        #expect(!isKept(.latency(percentile: 99), 49.9))
    }

    @Test func `errors are a share of all`() {
        #expect(isKept(.errors, 0.001, errors: 1))
        #expect(!isKept(.errors, 0.001, errors: 2))
    }

    @Test func `only what succeeded makes the rate`() {
        #expect(isKept(.rate, 100))
        #expect(!isKept(.rate, 100, errors: 1))
    }

    @Test func `nothing at all keeps no limit`() {
        for measure in [Limit.Measure.latency(percentile: 50), .errors] { #expect(!isKept(measure, 1, count: 0)) }
    }
}

@Suite struct ProcessUsageTests {
    @Test func `times and memory are found behind a name with spaces and parentheses`() {
        let stat = "42 (a b) c) S 1 1 1 0 -1 0 0 0 0 0 250 150 0 0 20 0 3 0 100 1000000 512 18446744073709551615 0"
        let usage = ProcessUsage.parse(stat, ticksPerSecond: 100, pageBytes: 4096)
        #expect(usage == ProcessUsage(cpuSeconds: 4, residentBytes: 512 * 4096))
        #expect(ProcessUsage.parse("42 (x) S 1", ticksPerSecond: 100, pageBytes: 4096) == nil)
    }

    @Test func `a roll-up tells the resident bytes`() {
        #expect(ProcessUsage.parseRollup("00400000-7ff [rollup]\nRss:             1234 kB\nPss: 1 kB\n") == 1234 * 1024)
        #expect(ProcessUsage.parseRollup("x") == nil)
    }

    @Test func `the socket that listens on a port is told from one that is connected to it`() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0
               1: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0
               2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0
            """
        #expect(ListeningProcess.inodes(table, listeningOn: 8080) == ["111"])
    }
}
