import Testing

@testable import WeChatSimulator

@Suite struct `A code book` {
    private let app = DefaultApp.appid

    @Test func `finds a code for its app only`() {
        var book = CodeBook()
        #expect(book.issue("c1", appid: app, openid: "o1", at: start) == true)
        #expect(book.look(up: "c1", appid: app, at: start) == .issued(openid: "o1"))
        #expect(book.look(up: "c1", appid: "wx0123456789abcdef", at: start) == nil)
        #expect(book.look(up: "c2", appid: app, at: start) == nil)
    }

    @Test func `remembers that a code was used`() {
        var book = CodeBook()
        #expect(book.issue("c1", appid: app, openid: "o1", at: start) == true)
        book.consume("c1")
        #expect(book.look(up: "c1", appid: app, at: start) == .used(openid: "o1"))
        book.consume("unknown")
        #expect(book.count == 1)
    }

    @Test func `a code is good for 300 seconds to the millisecond`() {
        var book = CodeBook()
        #expect(book.issue("c1", appid: app, openid: "o1", at: start) == true)
        #expect(book.look(up: "c1", appid: app, at: start + .seconds(300)) == .issued(openid: "o1"))
        #expect(book.look(up: "c1", appid: app, at: start + .milliseconds(300_001)) == nil)
    }

    @Test func `refuses the same code twice`() {
        var book = CodeBook()
        #expect(book.issue("c1", appid: app, openid: "o1", at: start) == true)
        #expect(book.issue("c1", appid: app, openid: "o2", at: start) == false)
        #expect(book.look(up: "c1", appid: app, at: start) == .issued(openid: "o1"))
    }

    @Test func `forgets old codes, used or not, and keeps the young ones`() {
        var book = CodeBook()
        for second in 0..<10_000 {
            #expect(book.issue("c\(second)", appid: app, openid: "o", at: start + .seconds(second)) == true)
            if second.isMultiple(of: 2) { book.consume("c\(second)") }
            #expect(book.count <= 301)
        }
        let now = start + .seconds(9_999)
        #expect(book.count == 301)
        #expect(book.look(up: "c9698", appid: app, at: now) == nil)
        #expect(book.look(up: "c9699", appid: app, at: now) == .issued(openid: "o"))
        #expect(book.look(up: "c9999", appid: app, at: now) == .issued(openid: "o"))
    }

    @Test func `tells code and age to whoever asks without an app`() throws {
        var book = CodeBook()
        #expect(book.issue("c1", appid: app, openid: "o1", at: start) == true)
        let found = book.inspect("c1", at: start + .seconds(2))
        #expect(try #require(found) == (app, .issued(openid: "o1"), .seconds(2)))
    }
}
