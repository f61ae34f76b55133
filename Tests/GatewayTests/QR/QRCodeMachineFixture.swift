import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// A machine, its clock, and what it wanted; shared by the tests of the machine. Waiters are their numbers.
struct QRCodeMachineFixture {
    typealias Machine = QRCodePoolStateMachine<Int>

    /// The begin of a minute.
    static let begin: Int64 = 1_700_000_040_000

    var machine: Machine
    var now = Self.begin
    /// Fetches under way, in the order of their begin.
    private(set) var flying: [QRCodeFetch] = []
    /// What whoever asked was told, in order.
    private(set) var told: [(id: Int, answer: QRCodeAnswer)] = []
    private(set) var wakeAt: Int64?
    /// Failures that were logged.
    private(set) var logged: [WeChatError] = []
    private(set) var recoveries = 0
    private(set) var fetches = 0
    private var lastID = 0
    private var codes: UInt64 = 0

    init(size: Int = 4, bytesMax: Int? = nil, apps: Int = 1, isStarted: Bool = true) {
        machine = Machine(
            limits: QRCodePoolLimits(
                size: size,
                apps: bytesMax.map { QRCodePoolLimits.allBytesMax / $0 } ?? apps,
                timeoutMilliseconds: 3_000
            ),
            seed: 1
        )
        if isStarted { take(machine.start(now: now)) }
    }

    /// One whose pool is full.
    static func full(size: Int = 4) throws -> Self {
        var fixture = Self(size: size)
        while !fixture.flying.isEmpty { try fixture.arrive() }
        return fixture
    }

    static let busy = WeChatError.busy(WeChatRefusal(errcode: -1, errmsg: "system error"))
    static let unpublished = WeChatError.misconfigured(WeChatRefusal(errcode: 41030, errmsg: "invalid page"))
    static let minute = WeChatError.rateLimited(
        WeChatRefusal(errcode: 45009, errmsg: "reach max api daily quota limit")
    )

    /// A code that was never there before, with a picture of so many bytes.
    static func code(_ number: UInt64, bytes: Int) throws -> FreshCode {
        let id = (0..<16).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) : 0 }
        let picture = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: max(bytes, 3) - 3)
        return FreshCode(
            scene: try #require(QRScene(Base64.encodeURLSafe(id.span))),
            picture: try #require(CodePicture(picture))
        )
    }

    /// Somebody asks; his number.
    @discardableResult
    mutating func ask() -> Int {
        lastID += 1
        let (answer, actions) = machine.ask(id: lastID, waiter: lastID, now: now)
        if let answer { told.append((lastID, answer)) }
        take(actions)
        return lastID
    }

    mutating func leave(_ id: Int) { machine.leave(id: id) }

    /// The oldest fetch brings a code.
    mutating func arrive(bytes: Int = 6) throws {
        let fetch = try #require(flying.isEmpty ? nil : flying.removeFirst())
        codes += 1
        take(machine.arrived(try Self.code(codes, bytes: bytes), of: fetch, now: now))
    }

    /// The oldest fetch brings nothing.
    mutating func fail(_ error: WeChatError) throws {
        let fetch = try #require(flying.isEmpty ? nil : flying.removeFirst())
        take(machine.failed(error, of: fetch, now: now))
    }

    mutating func failAll(_ error: WeChatError) throws {
        while !flying.isEmpty { try fail(error) }
    }

    mutating func stop() { take(machine.stop()) }

    /// Time passes, and the machine wakes whenever it wants to.
    mutating func pass(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let next = wakeAt, next <= end {
            now = max(now, next)
            wakeAt = nil
            take(machine.wake(now: now))
        }
        now = end
    }

    mutating func take(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .fetch(let fetch):
                fetches += 1
                flying.append(fetch)
            case .answer(let waiter, let answer): told.append((waiter, answer))
            case .wakeAt(let time): wakeAt = time
            case .tell(let error): logged.append(error)
            case .tellRecovered: recoveries += 1
            }
        }
    }

    /// Who got a code, in order.
    var served: [Int] {
        told.compactMap { if case .code = $0.answer { $0.id } else { nil } }
    }

    /// Why this one got none; nil: it did, or waits.
    func refusal(of id: Int) -> QRCodeRefusal? {
        for told in told where told.id == id {
            if case .refused(let refusal) = told.answer { return refusal }
        }
        return nil
    }
}
