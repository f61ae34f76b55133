import Gateway
import Testing

/// Each call is one atomic step, whichever loops they come from.
@Suite struct SessionRaceTests {
    private let user = StoreSamples.user()

    @Test(arguments: StoreKind.allCases) func `a hundred logins of one user at once leave exactly one live session`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            let user = user
            let opened = try await onManyLoops(count: 100) { number in
                (try? await store.open("s\(number)", of: user)) != nil
            }
            #expect(opened.count { $0 } == 100)
            var live = 0
            for number in 0..<100 where try await store.isLive(user, "s\(number)") { live += 1 }
            #expect(live == 1)
            #expect(try await store.sessions(of: user, now: 1).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases) func `of fifty refreshes at once one is done, and all others get its token`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            let user = user
            try await store.open("s", of: user)
            let outcomes = try await onManyLoops(count: 50) { number in
                try? await store.refresh(user, "s", to: "n\(number)")
            }
            var winners: [LiveSession] = []
            var tokens: Set<[UInt8]> = []
            for outcome in outcomes {
                switch outcome {
                case .refreshed(let live): winners.append(live)
                case .repeated(_, let next): tokens.insert(next.bytes)
                case .ended, nil: Issue.record("a refresh failed")
                }
            }
            let winner = try #require(winners.first)
            #expect(winners.count == 1 && tokens.count == 1)
            let text = String(decoding: try #require(tokens.first), as: UTF8.self)
            #expect(StoreSamples.digest(text) == winner.session.token.jti)
            #expect(try await store.isLive(user, "s", text))
        }
    }

    @Test(arguments: StoreKind.allCases) func `of many logouts at once exactly one finds the session live`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            let user = user
            try await store.open("s", of: user)
            let found = try await onManyLoops(count: 50) { _ in
                try? await store.end(user, StoreSamples.token("s"), as: .loggedOut, now: 0)
            }
            #expect(found.count { if case .live = $0 { true } else { false } } == 1)
            #expect(found.count { $0 == .ended(.loggedOut) } == 49)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `logins, refreshes and logouts at once leave what one order of them would`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            for round in 0..<20 {
                let user = StoreSamples.user("o\(round)")
                try await store.open("s", of: user)
                let done = try await onManyLoops(count: 30) { number -> String in
                    switch number % 3 {
                    case 0:
                        return (try? await store.open("l\(number)", of: user)) == nil ? "failed" : "login"
                    case 1:
                        guard case .refreshed = try? await store.refresh(user, "s", to: "n\(number)") else { return "" }
                        return "refreshed"
                    default:
                        let found = try? await store.end(user, StoreSamples.token("s"), as: .loggedOut, now: 1)
                        guard case .live = found else { return "" }
                        return "loggedOut"
                    }
                }
                #expect(done.count { $0 == "login" } == 10 && !done.contains("failed"))
                #expect(done.count { $0 == "refreshed" } <= 1)
                #expect(done.count { $0 == "loggedOut" } <= 1)
                // A login ended the first session, whatever else did; the last login is live and nobody else.
                #expect(try await !store.isLive(user, "s"))
                let expected: SessionLookup = done.contains("loggedOut") ? .ended(.loggedOut) : .ended(.replaced)
                #expect(try await store.lookup(user, StoreSamples.token("s"), now: 1) == expected)
                #expect(try await store.sessions(of: user, now: 1).count == 1)
            }
        }
    }
}
