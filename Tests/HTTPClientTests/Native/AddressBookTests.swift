import Testing

@testable import HTTPClient

@Suite struct AddressBookTests {
    private let fresh = AddressBook<Int>.freshMilliseconds

    @Test func `the first asks, those behind it wait, and later ones know`() {
        let book = AddressBook<Int>()
        #expect(book.look(now: 5) == .ask)
        #expect(book.look(now: 6) == .wait)
        #expect(book.answered([1, 2]) == true)
        #expect(book.look(now: 7) == .known([1, 2]))
        #expect(book.contains(2))
        #expect(!book.contains(3))
    }

    @Test func `an old answer is asked for again, by new connections and on behalf of kept ones`() {
        let book = AddressBook<Int>()
        _ = book.look(now: 5)
        _ = book.answered([1])
        #expect(book.recheck(now: 4 + fresh) == false)
        #expect(book.recheck(now: 5 + fresh) == true)
        #expect(book.recheck(now: 6 + fresh) == false)
        #expect(book.look(now: 6 + fresh) == .known([1]))
        #expect(book.answered([1]) == false)
        #expect(book.look(now: 5 + 2 * fresh) == .ask)
    }

    @Test func `other addresses are a change; no answer is none, and what was known goes on`() {
        let book = AddressBook<Int>()
        _ = book.look(now: 0)
        _ = book.answered([1])
        #expect(book.recheck(now: fresh) == true)
        #expect(book.answered([2, 3]) == true)
        #expect(book.recheck(now: 2 * fresh) == true)
        #expect(book.answered([]) == false)
        #expect(book.look(now: 2 * fresh + 1) == .known([2, 3]))
        #expect(book.look(now: 3 * fresh) == .ask)
    }

    @Test func `a name that was never known is asked for by every new connection`() {
        let book = AddressBook<Int>()
        _ = book.look(now: 0)
        #expect(book.answered([]) == false)
        #expect(book.look(now: 1) == .ask)
    }

    @Test func `more addresses than can be tried are left out`() {
        let book = AddressBook<Int>()
        _ = book.look(now: 0)
        _ = book.answered(Array(1...9))
        #expect(book.look(now: 1) == .known(Array(1...6)))
    }
}
