import Testing

@testable import wxgate

@Suite struct DescriptorLimitTests {
    @Test(arguments: [
        (200, 2_000, 200), (100_000, 101_000, 100_000), (100_000, 20_000, 19_000), (100_000, 1_024, 512), (1, 1, 1),
    ])
    func `clients leave descriptors for calls of WeChat`(wanted: Int, descriptors: Int, allowed: Int) {
        #expect(DescriptorLimit.connections(wanted, within: descriptors) == allowed)
    }
}
