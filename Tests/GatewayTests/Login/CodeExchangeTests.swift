import OpenSSL
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

@Suite struct CodeExchangeTests {
    private let phone = ClientIdentity(nonce: "n", address: nil)
    private let stranger = ClientIdentity(nonce: "m", address: nil)

    private func key(_ code: String, app: String = GatewaySamples.appID) throws -> CodeKey {
        CodeKey(appID: app, code: try #require(LoginCode(code)))
    }

    /// Exchanges a code at `start` and ends it well at `end`.
    private func exchanged(
        _ exchange: CodeExchange,
        _ key: CodeKey,
        by client: ClientIdentity,
        end: Int64,
        on loop: EventLoop
    ) throws {
        let entry = exchange.enter(key, client: client, isPost: true, now: end, on: loop)
        guard case .exchange(let record, _) = entry else {
            Issue.record("not new: \(entry.text)")
            return
        }
        exchange.ended(record, isSuccess: true, now: end)
        record.exchangeEnded(.success(try GatewaySamples.weChatSession()))
    }

    @Test func `a code is exchanged by its first request; the same code of another app is another`() throws {
        let loop = try EventLoopThread(name: "exchange")
        let exchange = CodeExchange(replayMilliseconds: 10_000)
        func enter(_ key: CodeKey) -> String {
            exchange.enter(key, client: phone, isPost: true, now: 0, on: loop.loop).text
        }
        #expect(try enter(key("c")) == "exchange")
        #expect(try enter(key("c")) == "wait")
        #expect(try enter(key("C")) == "exchange")
        #expect(try enter(key("c", app: "wx2")) == "exchange")
        #expect(exchange.count == 3)
        #expect(loop.stopAndJoin().isEmpty)
    }

    @Test func `the replay window runs from the success, to its last millisecond`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 10_000)
            let key = try key("c")
            func enter(_ client: ClientIdentity, post: Bool = true, at now: Int64) -> String {
                exchange.enter(key, client: client, isPost: post, now: now, on: actor.loop).text
            }
            try exchanged(exchange, key, by: phone, end: 5_000, on: actor.loop)
            #expect(enter(phone, at: 5_000) == "exchanged")
            #expect(enter(phone, post: false, at: 5_000) == "used")
            #expect(enter(stranger, at: 5_001) == "used")
            #expect(enter(phone, at: 14_999) == "exchanged")
            // A repeat does not extend the window.
            #expect(enter(phone, at: 15_000) == "exchange")
            #expect(exchange.count == 1)
        }
    }

    @Test func `once its session is open, a code is remembered for its client without its record`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 10_000)
            let key = try key("c")
            func enter(_ client: ClientIdentity, post: Bool = true, at now: Int64) -> CodeExchange.Entry {
                exchange.enter(key, client: client, isPost: post, now: now, on: actor.loop)
            }
            let login = try GatewaySamples.rememberedLogin(isNew: true)
            weak var gone: CodeRecord?
            do {
                guard case .exchange(let record, _) = enter(phone, at: 0) else {
                    Issue.record("not new")
                    return
                }
                gone = record
                exchange.ended(record, isSuccess: true, now: 100)
                record.exchangeEnded(.success(try GatewaySamples.weChatSession()))
                exchange.opened(record, try GatewaySamples.weChatSession(), login)
            }
            #expect(gone == nil)
            guard case .repeated(let session, let repeated) = enter(phone, at: 10_099) else {
                Issue.record("not repeated")
                return
            }
            #expect(repeated == login)
            #expect(session == (try GatewaySamples.weChatSession()))
            #expect(enter(phone, post: false, at: 10_099).text == "used")
            #expect(enter(stranger, at: 10_099).text == "used")
            #expect(exchange.count == 1)
            #expect(enter(phone, at: 10_100).text == "exchange")
        }
    }

    @Test func `a code that was forgotten before its session was open is not remembered again`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 1_000)
            let key = try key("c")
            func enter(at now: Int64) -> CodeExchange.Entry {
                exchange.enter(key, client: phone, isPost: true, now: now, on: actor.loop)
            }
            guard case .exchange(let old, _) = enter(at: 0) else {
                Issue.record("not new")
                return
            }
            exchange.ended(old, isSuccess: true, now: 0)
            old.exchangeEnded(.success(try GatewaySamples.weChatSession()))
            guard case .exchange(let new, _) = enter(at: 1_000) else {
                Issue.record("not forgotten")
                return
            }
            exchange.opened(old, try GatewaySamples.weChatSession(), try GatewaySamples.rememberedLogin())
            #expect(enter(at: 1_000).text == "wait")
            exchange.ended(new, isSuccess: true, now: 1_000)
            new.exchangeEnded(.success(try GatewaySamples.weChatSession()))
            exchange.opened(old, try GatewaySamples.weChatSession(), try GatewaySamples.rememberedLogin())
            #expect(enter(at: 1_000).text == "exchanged")
        }
    }

    @Test func `a window of nothing means that no repeat is answered`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 0)
            let key = try key("c")
            try exchanged(exchange, key, by: phone, end: 0, on: actor.loop)
            #expect(exchange.count == 0)
            #expect(exchange.enter(key, client: phone, isPost: true, now: 0, on: actor.loop).text == "exchange")
        }
    }

    @Test func `a failure is not remembered`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 10_000)
            let key = try key("c")
            guard
                case .exchange(let record, let place) = exchange.enter(
                    key,
                    client: phone,
                    isPost: true,
                    now: 0,
                    on: actor.loop
                )
            else {
                Issue.record("not new")
                return
            }
            exchange.ended(record, isSuccess: false, now: 1)
            record.exchangeEnded(.failure(.timeout))
            guard case .exchangeFailed(.timeout)? = await place.waiter.outcome(onCancel: {}) else {
                Issue.record("not told")
                return
            }
            #expect(exchange.count == 0)
            #expect(exchange.enter(key, client: stranger, isPost: true, now: 1, on: actor.loop).text == "exchange")
        }
    }

    @Test func `an exchange in flight is never forgotten, however long it takes`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 1)
            let key = try key("c")
            _ = exchange.enter(key, client: phone, isPost: true, now: 0, on: actor.loop)
            exchange.sweep(now: 1_000_000_000)
            #expect(exchange.enter(key, client: phone, isPost: true, now: 1_000_000_000, on: actor.loop).text == "wait")
        }
    }

    @Test func `a sweep forgets what has expired and nothing else, in steps`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 1_000)
            for number in 0..<5_000 {
                try exchanged(exchange, key("old\(number)"), by: phone, end: 0, on: actor.loop)
            }
            let young = try key("young")
            try exchanged(exchange, young, by: phone, end: 500, on: actor.loop)
            #expect(exchange.count == 5_001)
            exchange.sweep(now: 999)
            #expect(exchange.count == 5_001)
            var steps = 0
            var before = exchange.count
            while exchange.count > 1, steps < 1_000 {
                exchange.sweep(now: 1_000)
                // No step is a long one.
                #expect(before - exchange.count <= 1_024)
                before = exchange.count
                steps += 1
            }
            #expect(exchange.count == 1)
            #expect(exchange.enter(young, client: phone, isPost: true, now: 1_499, on: actor.loop).text == "exchanged")
            exchange.sweep(now: 1_500)
            #expect(exchange.count == 0)
        }
    }

    @Test func `an expired code is new again, also when more have expired than one request forgets`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 1_000)
            for number in 0..<5_000 {
                try exchanged(exchange, key("c\(number)"), by: phone, end: 0, on: actor.loop)
            }
            let last = try key("c4999")
            func enter(at now: Int64) -> String {
                exchange.enter(last, client: phone, isPost: true, now: now, on: actor.loop).text
            }
            #expect(enter(at: 999) == "exchanged")
            #expect(enter(at: 1_000) == "exchange")
            for _ in 0..<100 { exchange.sweep(now: 1_000) }
            // What was forgotten was the old record, not the exchange that runs now.
            #expect(exchange.count == 1)
            #expect(enter(at: 1_000) == "wait")
        }
    }

    @Test func `so many are remembered and no more: the oldest lose their replay early`() async throws {
        try await withLoop { [self] actor in
            let bound = 6_400
            let exchange = CodeExchange(replayMilliseconds: 1_000_000, rememberedMax: bound)
            for number in 0..<bound + 4_000 {
                try exchanged(exchange, key("c\(number)"), by: phone, end: Int64(number), on: actor.loop)
            }
            #expect(exchange.count <= bound)
            #expect(exchange.count > bound / 2)
            let now = Int64(bound + 4_000)
            let newest = try key("c\(bound + 3_999)")
            #expect(exchange.enter(newest, client: phone, isPost: true, now: now, on: actor.loop).text == "exchanged")
            #expect(
                try exchange.enter(key("c0"), client: phone, isPost: true, now: now, on: actor.loop).text == "exchange"
            )
        }
    }

    @Test func `requests on several loops share one exchange, each is told on its own loop`() async throws {
        let exchange = CodeExchange(replayMilliseconds: 10_000)
        let key = try key("c")
        let threads = try (0..<4).map { try EventLoopThread(name: "loop-\($0)") }
        let first = threads[0]
        let (record, place) = try await first.actor.run { [phone] actor in
            guard
                case .exchange(let record, let place) = exchange.enter(
                    key,
                    client: phone,
                    isPost: true,
                    now: 0,
                    on: actor.loop
                )
            else { throw StoreError.unavailable }
            return (record, LoopBound(place, on: actor.loop))
        }
        var waiting: [Task<String, Never>] = []
        for thread in threads {
            for _ in 0..<50 {
                waiting.append(
                    Task(executorPreference: thread.loop) { [phone] in
                        await thread.actor.run { actor in
                            let entry = exchange.enter(key, client: phone, isPost: true, now: 1, on: actor.loop)
                            guard case .wait(_, let place) = entry else { return entry.text }
                            let wake = await place.waiter.outcome(onCancel: {})
                            guard case .exchanged? = wake, actor.loop.isOnLoop else { return "not told" }
                            return "told"
                        }
                    }
                )
            }
        }
        // Each loop has run what was queued before this, so everybody waits.
        for thread in threads { await thread.actor.run { _ in } }
        await first.actor.run { _ in
            exchange.ended(record, isSuccess: true, now: 2)
            guard let session = try? GatewaySamples.weChatSession() else { return }
            record.exchangeEnded(.success(session))
        }
        for task in waiting { #expect(await task.value == "told") }
        let leader = await first.actor.run { _ in
            if case .exchanged? = await place.value.waiter.outcome(onCancel: {}) { true } else { false }
        }
        #expect(leader)
        for thread in threads { #expect(await joined(thread).isEmpty) }
    }

    @Test func `a request that is cancelled leaves its place to the others`() async throws {
        try await withLoop { [self] actor in
            let exchange = CodeExchange(replayMilliseconds: 10_000)
            let key = try key("c")
            let entry = exchange.enter(key, client: phone, isPost: true, now: 0, on: actor.loop)
            guard case .exchange(let record, let place) = entry else {
                Issue.record("not new")
                return
            }
            guard case .wait(_, let other) = exchange.enter(key, client: stranger, isPost: true, now: 0, on: actor.loop)
            else {
                Issue.record("not shared")
                return
            }
            let bound = LoopBound((record, place), on: actor.loop)
            let gone = Task(executorPreference: actor.loop) {
                await actor.run { _ in
                    let (record, place) = bound.value
                    return await place.waiter.outcome(onCancel: { record.leave(place) }) == nil
                }
            }
            try await actor.loop.sleep(milliseconds: 1)
            gone.cancel()
            #expect(await gone.value)
            exchange.ended(record, isSuccess: true, now: 1)
            record.exchangeEnded(.success(try GatewaySamples.weChatSession()))
            guard case .exchanged? = await other.waiter.outcome(onCancel: {}) else {
                Issue.record("not his")
                return
            }
        }
    }
}

extension CodeExchange.Entry {
    fileprivate var text: String {
        switch self {
        case .exchange: "exchange"
        case .wait: "wait"
        case .exchanged: "exchanged"
        case .repeated: "repeated"
        case .used: "used"
        case .failed(let error): "failed: \(error)"
        case .refused: "refused"
        }
    }
}
