import Testing

@testable import Gateway

@Suite struct TicketPollReadingTests {
    private static func reading(wakes: Int) -> TicketPollReading {
        var reading = TicketPollReading()
        for _ in 0..<wakes { _ = reading.wake() }
        return reading
    }

    @Test func `one read at a time`() {
        var reading = TicketPollReading()
        #expect(reading.wake() == true)
        #expect(reading.wake() == false)
        #expect(reading.wake() == false)
    }

    @Test func `a read without a change meanwhile is waited on, and the next wake reads`() {
        var reading = Self.reading(wakes: 1)
        #expect(reading.again() == false)
        #expect(reading.wait() == false)
        #expect(reading.wake() == true)
    }

    @Test(arguments: [2, 3, 10]) func `any number of changes during a read are one more read`(wakes: Int) {
        var reading = Self.reading(wakes: wakes)
        #expect(reading.wait() == true)
        // Still reading: a wake now makes it outdated once more.
        #expect(reading.wake() == false)
        #expect(reading.again() == true)
        #expect(reading.wait() == false)
        #expect(reading.wake() == true)
    }

    @Test(arguments: [0, 1, 2]) func `it ends once, and nothing wakes it then`(wakes: Int) {
        var reading = Self.reading(wakes: wakes)
        #expect(!reading.isOver)
        #expect(reading.end() == true)
        #expect(reading.isOver)
        #expect(reading.end() == false)
        let answers = [reading.wake(), reading.again(), reading.wait()]
        #expect(answers == [false, false, false])
        #expect(reading.isOver)
    }
}
