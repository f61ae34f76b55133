import Foundation
import Gateway
import Glibc
import Synchronization
import Testing

@testable import SQLiteStore

/// `kill -9` in the middle of writes loses nothing that was acknowledged.
@Suite struct EmbeddedStoreKillTests {
    @Test func `a killed process has every acknowledged login, logout and erasure on disk`() async throws {
        let directory = try StoreDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try EmbeddedStore(directory: path, limits: StoreLimits(), logger: LogLines().logger())
            let log = open(path + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            await withTaskGroup(of: Void.self) { group in
                for client in 0..<16 {
                    group.addTask {
                        for number in 0..<1_000_000 {
                            let name = "o\(client)-\(number)"
                            let user = StoreSamples.user(name)
                            if number.isMultiple(of: 2) {
                                guard (try? await store.logins.logIn(UserLogin(key: user, now: 0), "s")) != nil
                                else { return }
                            } else {
                                guard (try? await store.users.recordLogin(UserLogin(key: user, now: 0))) != nil,
                                    (try? await store.sessions.open("s", of: user)) != nil
                                else { return }
                            }
                            acknowledge("live \(name)\n", in: log)
                            guard number % 3 == 0 else { continue }
                            let token = StoreSamples.token("s")
                            _ = try? await store.sessions.end(user, token, as: .loggedOut, now: 0)
                            acknowledge("dead \(name)\n", in: log)
                        }
                    }
                }
            }
        }
        let text = try String(contentsOfFile: path + "/acknowledged", encoding: .utf8)
        var last: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 2 { last[words[1]] = words[0] }
        }
        #expect(last.count > 500)
        let store = try directory.open()
        defer { store.close() }
        for (name, state) in last {
            let user = StoreSamples.user(name)
            #expect(try await store.users.user(user) != nil, "\(name)")
            let found = try await store.sessions.lookup(user, StoreSamples.token("s"), now: 0)
            switch (state, found) {
            case ("live", .live), ("dead", .ended(.loggedOut)): break
            // The logout was committed and the process killed before it could say so.
            case ("live", .ended(.loggedOut)): break
            default: Issue.record("\(name) was acknowledged as \(state)")
            }
        }
    }
}

private let acknowledged = Atomic<Int>(0)

/// Notes an acknowledgement; after many of them the process is killed, while the other clients are at it.
private func acknowledge(_ line: String, in log: Int32) {
    _ = Array(line.utf8).withUnsafeBytes { write(log, $0.baseAddress, $0.count) }
    if acknowledged.add(1, ordering: .relaxed).newValue == 1_000 { kill(getpid(), SIGKILL) }
}
