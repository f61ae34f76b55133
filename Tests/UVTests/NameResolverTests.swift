import Glibc
import TestSupport
import Testing

@testable import UV

@Suite(.serialized) struct NameResolverTests {
    private typealias Addresses = Result<[SocketAddress], UVError>

    private func resolve(
        _ host: String,
        with resolver: NameResolver,
        on actor: isolated LoopActor
    ) async throws -> [SocketAddress] {
        let outcome = Completion<Addresses>(on: actor.loop)
        resolver.resolve(host, port: 443) { outcome.finish($0) }
        #expect(!outcome.isFinished, "told before the call returned")
        return try #require(await outcome.value()).get()
    }

    @Test func `all addresses come in their order, with the port`() async throws {
        try await withLoop { actor in
            let known = try ["192.0.2.2", "2001:db8::1", "192.0.2.1"].map { try SocketAddress(ip: $0, port: 0) }
            let resolver = NameResolver(on: actor.loop) { host in
                host == "api.test" ? .success(known) : .failure(UVError(code: -3008))
            }
            let found = try await resolve("api.test", with: resolver, on: actor)
            #expect(found.map(\.description) == ["192.0.2.2:443", "[2001:db8::1]:443", "192.0.2.1:443"])
            await #expect(throws: UVError(code: -3008)) { _ = try await resolve("no.test", with: resolver, on: actor) }
        }
    }

    @Test func `a numeric address asks nobody`() async throws {
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { _ in
                Issue.record("asked")
                return .failure(UVError(code: -1))
            }
            let old = try await resolve("127.0.0.1", with: resolver, on: actor)
            let new = try await resolve("::1", with: resolver, on: actor)
            #expect((old + new).map(\.description) == ["127.0.0.1:443", "[::1]:443"])
        }
    }

    @Test func `the system knows this machine, and no name that is none`() async throws {
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop)
            let found = try await resolve("localhost", with: resolver, on: actor)
            #expect(found.contains { $0.ip == "127.0.0.1" || $0.ip == "::1" })
            #expect(Set(found).count == found.count)
            for name in ["", "local\u{0}host"] {
                await #expect(throws: UVError.self) { _ = try await resolve(name, with: resolver, on: actor) }
            }
        }
    }

    @Test func `each result of the system has a name of its own`() {
        let names = [EAI_AGAIN, EAI_NONAME, EAI_FAIL, EAI_MEMORY, -5].map {
            SystemLookup.error(of: $0, systemError: 0).name
        }
        #expect(names == ["EAI_AGAIN", "EAI_NONAME", "EAI_FAIL", "EAI_MEMORY", "EAI_NODATA"])
        #expect(SystemLookup.error(of: EAI_SYSTEM, systemError: EMFILE).name == "EMFILE")
    }

    @Test func `one that gives up is told nothing, and neither it nor the end of the loop waits for the answer`()
        async throws
    {
        let answer = Gate()
        defer { answer.open() }
        let asked = Locked(0)
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { _ in
                asked.withLock { $0 += 1 }
                answer.wait()
                return .failure(UVError(code: -1))
            }
            weak var token: Token?
            do {
                let made = Token()
                token = made
                let resolving = resolver.resolve("silent.test", port: 1) { _ in made.touch() }
                while asked.withLock({ $0 }) == 0 { await Task.yield() }
                resolving.cancel()
                resolving.cancel()
            }
            #expect(token == nil)
            let numeric = resolver.resolve("127.0.0.1", port: 1) { _ in Issue.record("told after giving up") }
            numeric.cancel()
            try await actor.loop.sleep(milliseconds: 1)
        }
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `lookups wait for a thread, some are given up meanwhile, and too many are refused`() async throws {
        let answer = Gate()
        defer { answer.open() }
        let asked = Locked<[String]>([])
        try await withLoop { actor in
            let resolver = NameResolver(on: actor.loop) { host in
                asked.withLock { $0.append(host) }
                answer.wait()
                return .success([])
            }
            let outcomes = (0..<(LookupThreads.runningMax + LookupThreads.waitingMax)).map { index in
                let outcome = Completion<Addresses>(on: actor.loop)
                let resolving = resolver.resolve("\(index).test", port: 1) { outcome.finish($0) }
                return (outcome, resolving)
            }
            await #expect(throws: UVError(code: -EAGAIN)) {
                _ = try await resolve("one-too-many.test", with: resolver, on: actor)
            }
            outcomes.last?.1.cancel()
            answer.open()
            for (outcome, _) in outcomes.dropLast() {
                let addresses = try await outcome.value()?.get()
                #expect(addresses == [])
            }
            let addresses = try await resolve("afterwards.test", with: resolver, on: actor)
            #expect(addresses == [])
        }
        let names = asked.withLock { $0 }
        #expect(names.count == LookupThreads.runningMax + LookupThreads.waitingMax)
        #expect(!names.contains("\(LookupThreads.runningMax + LookupThreads.waitingMax - 1).test"))
    }
}

private final class Token {
    func touch() {}
}

/// A door that threads of lookups wait at, each at most ten seconds.
private final class Gate: Sendable {
    private let isOpen = Locked(false)

    func open() { isOpen.withLock { $0 = true } }

    func wait() {
        for _ in 0..<10_000 {
            if isOpen.withLock({ $0 }) { return }
            usleep(1000)
        }
    }
}
