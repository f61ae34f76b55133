import Gateway
import Testing

/// What every store of access_tokens does.
@Suite struct AccessTokenStoreContractTests {
    @Test(arguments: StoreKind.allCases) func `what was saved last is loaded, whole`(kind: StoreKind) async throws {
        try await kind.withAccessTokens { store in
            #expect(try await store.load("wx1") == nil)
            let records = [
                StoreSamples.sealed("first"), SealedRecord(bytes: (0..<4_096).map { UInt8(truncatingIfNeeded: $0) }),
                SealedRecord(bytes: []), StoreSamples.sealed("last"),
            ]
            for record in records {
                try await store.save(record, of: "wx1")
                #expect(try await store.load("wx1") == record)
                #expect(try await store.load("wx1") == record)
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func `each app has its own, and none by a name that is only alike`(
        kind: StoreKind
    ) async throws {
        try await kind.withAccessTokens { store in
            let names = ["wx1", "wx2", "WX1", "wx1 ", "wx"]
            for name in names { try await store.save(StoreSamples.sealed("of \(name)"), of: name) }
            for name in names { #expect(try await store.load(name) == StoreSamples.sealed("of \(name)")) }
            try await store.save(StoreSamples.sealed("new"), of: "wx1")
            #expect(try await store.load("wx1") == StoreSamples.sealed("new"))
            for name in names.dropFirst() { #expect(try await store.load(name) == StoreSamples.sealed("of \(name)")) }
            #expect(try await store.load("wx3") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func `apps that save at once do not mix`(kind: StoreKind) async throws {
        try await kind.withAccessTokens { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        for round in 0..<5 {
                            try await store.save(StoreSamples.sealed("\(number)-\(round)"), of: "wx\(number)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for number in 0..<64 {
                #expect(try await store.load("wx\(number)") == StoreSamples.sealed("\(number)-4"))
            }
        }
    }
}
