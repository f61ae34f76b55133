import ArgumentParser
import Testing

@testable import wxbench

@Suite struct WxbenchCommandTests {
    @Test func `the command is called as its program`() {
        #expect(WxbenchCommand.configuration.commandName == "wxbench")
    }
}
