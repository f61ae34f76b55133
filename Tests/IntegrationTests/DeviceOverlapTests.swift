import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Logins with a `device` (contract section 3, *Single sign-on*).
    @Suite struct DeviceOverlapTests {
        private static func withUser(
            _ store: HarnessStore,
            limit: Int = 1,
            _ body: @escaping @Sendable (GatewayHarness, KeepAliveClient, ManualClock) throws -> Void
        ) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
                $0.configure = { $0.sessions.limits = [.mini: limit] }
            }) { try body($0, try $0.connect(), clock) }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a device's older session goes on for ten seconds, whatever it is asked`(store: HarnessStore) async throws
        {
            try await Self.withUser(store) { harness, client, clock in
                let old = try harness.token(of: "o-a", by: client, device: "phone")
                clock.advance(milliseconds: 60_000)
                let new = try harness.token(of: "o-a", by: client, device: "phone")
                #expect(try client.session(old).json()["expires_in"] as? Int == 10)
                clock.advance(milliseconds: 9_999)
                for token in [old, new] {
                    #expect(try client.session(token).status == 200)
                    #expect(try client.userInfo(token).status == 200)
                    #expect(try client.authCheck(token).status == 200)
                }
                // It has its successor already.
                expectRefused(try client.refresh(old), "replaced")
                clock.advance(milliseconds: 1)
                expectRefused(try client.session(old), "replaced")
                expectRefused(try client.authCheck(old), "replaced")
                #expect(try client.session(new).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases, ["tablet", nil])
        func `a login of another device, or of none, ends an overlap at once`(
            store: HarnessStore,
            device: String?
        ) async throws {
            try await Self.withUser(store, limit: 2) { harness, client, _ in
                let old = try harness.token(of: "o-a", by: client, device: "phone")
                let new = try harness.token(of: "o-a", by: client, device: "phone")
                for token in [old, new] { #expect(try client.session(token).status == 200) }
                let other = try harness.token(of: "o-a", by: client, device: device)
                expectRefused(try client.session(old), "replaced")
                for token in [new, other] { #expect(try client.session(token).status == 200) }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a logout ends an overlap at once`(store: HarnessStore) async throws {
            try await Self.withUser(store) { harness, client, _ in
                let old = try harness.token(of: "o-a", by: client, device: "phone")
                let new = try harness.token(of: "o-a", by: client, device: "phone")
                #expect(try client.session(old).status == 200)
                #expect(try client.logOut(new).status == 204)
                expectRefused(try client.session(new), "logged_out")
                expectRefused(try client.session(old), "replaced")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a logout by the overlapping token leaves the newer session`(store: HarnessStore) async throws {
            try await Self.withUser(store) { harness, client, _ in
                let old = try harness.token(of: "o-a", by: client, device: "phone")
                let new = try harness.token(of: "o-a", by: client, device: "phone")
                #expect(try client.logOut(old).status == 204)
                expectRefused(try client.session(old), "logged_out")
                #expect(try client.session(new).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a device's own session goes first, then the oldest above the limit`(store: HarnessStore) async throws {
            try await Self.withUser(store, limit: 2) { harness, client, _ in
                let phone = try harness.token(of: "o-a", by: client, device: "phone")
                let tablet = try harness.token(of: "o-a", by: client, device: "tablet")
                // Not the phone's, which is the oldest.
                let again = try harness.token(of: "o-a", by: client, device: "tablet")
                for token in [phone, tablet, again] { #expect(try client.session(token).status == 200) }
                let watch = try harness.token(of: "o-a", by: client, device: "watch")
                for token in [phone, tablet] { expectRefused(try client.session(token), "replaced") }
                for token in [again, watch] { #expect(try client.session(token).status == 200) }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `the same name of a device is another device in another user's hand`(store: HarnessStore) async throws {
            try await Self.withUser(store) { harness, client, clock in
                let mine = try harness.token(of: "o-a", by: client, device: "phone")
                let yours = try harness.token(of: "o-b", by: client, device: "phone")
                clock.advance(milliseconds: 10_000)
                for token in [mine, yours] { #expect(try client.session(token).status == 200) }
                let long = String(repeating: "d", count: 64)
                #expect(try client.logIn(harness.code(of: "o-a"), device: long).status == 200)
                let tooLong = try client.logIn(harness.code(of: "o-a"), device: long + "d")
                expectProblem(tooLong, 400, "invalid_request", detail: "device")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `without a device the older session ends at once, and zero is no limit`(
            store: HarnessStore
        ) async throws {
            try await Self.withUser(store, limit: 0) { harness, client, _ in
                let tokens = try (0..<12).map { _ in try harness.token(of: "o-a", by: client) }
                for token in tokens { #expect(try client.session(token).status == 200) }
            }
            try await Self.withUser(store, limit: 3) { harness, client, _ in
                let tokens = try (0..<4).map { _ in try harness.token(of: "o-a", by: client) }
                expectRefused(try client.session(tokens[0]), "replaced")
                for token in tokens.dropFirst() { #expect(try client.session(token).status == 200) }
            }
        }
    }
}
