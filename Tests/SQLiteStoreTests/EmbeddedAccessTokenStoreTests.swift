import Foundation
import Gateway
import Glibc
import Testing

@testable import SQLiteStore

/// What is particular to access_tokens in the file.
@Suite struct EmbeddedAccessTokenStoreTests {
    @Test func `a restart finds every app's record`() async throws {
        let directory = try StoreDirectory()
        for round in 0..<3 {
            let store = try directory.open()
            defer { store.close() }
            for app in ["wx1", "wx2"] {
                let before = round == 0 ? nil : StoreSamples.sealed("\(app)-\(round - 1)")
                #expect(try await store.accessTokens.load(app) == before)
                try await store.accessTokens.save(StoreSamples.sealed("\(app)-\(round)"), of: app)
            }
        }
    }

    @Test func `a replaced record leaves no byte in the file`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        // Of all sizes, so that cells move, pages divide, and long records have pages of their own.
        for round in 0..<40 {
            for app in 0..<20 {
                let text = "ReplacedToken" + String(repeating: "x", count: (round * 131 + app * 397) % 6_000)
                try await store.accessTokens.save(StoreSamples.sealed(text), of: "wx\(app)")
            }
        }
        #expect(try directory.files(with: "ReplacedToken") != [])
        for app in 0..<20 { try await store.accessTokens.save(StoreSamples.sealed("current"), of: "wx\(app)") }
        store.close()
        #expect(try directory.contents().keys.sorted() == [EmbeddedStore.fileName])
        #expect(try directory.files(with: "ReplacedToken") == [])
        #expect(try directory.files(with: "current") == [EmbeddedStore.fileName])
    }

    @Test func `a store that is closed says that it is unavailable`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        store.close()
        await #expect(throws: StoreError.unavailable) { try await store.accessTokens.load("wx1") }
        await #expect(throws: StoreError.unavailable) {
            try await store.accessTokens.save(StoreSamples.sealed("token"), of: "wx1")
        }
    }

    @Test func `a killed process has every acknowledged save on disk`() async throws {
        let directory = try StoreDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try EmbeddedStore(directory: path, limits: StoreLimits(), logger: LogLines().logger())
            for number in 0...1_000 {
                try await store.accessTokens.save(StoreSamples.sealed("\(number)"), of: "wx\(number % 3)")
            }
            kill(getpid(), SIGKILL)
        }
        let store = try directory.open()
        defer { store.close() }
        for number in 998...1_000 {
            #expect(try await store.accessTokens.load("wx\(number % 3)") == StoreSamples.sealed("\(number)"))
        }
    }
}
