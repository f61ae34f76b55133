import Foundation
import Logging

@testable import SQLiteStore

/// A data directory of one test, removed with its owner.
final class StoreDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("wxgate-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var databasePath: String { path + "/" + EmbeddedStore.fileName }

    func open(
        limits: StoreLimits = StoreLimits(),
        schema: Schema = .current,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws -> EmbeddedStore {
        try EmbeddedStore(directory: path, schema: schema, limits: limits, logger: logger)
    }

    /// Another connection, as an operator's shell has one.
    func connect() throws -> Database {
        try Database(path: databasePath, busyMilliseconds: 0)
    }

    /// The bytes of every file.
    func contents() throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            contents[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        }
        return contents
    }

    /// Overwrites the first page of the database in which a text stands; false when there is none. While it is closed.
    func damagePage(with text: String) throws -> Bool {
        let pageBytes = 4_096
        var file = try Data(contentsOf: URL(fileURLWithPath: databasePath))
        guard let start = file.range(of: Data(text.utf8))?.lowerBound else { return false }
        let page = start / pageBytes * pageBytes
        file.replaceSubrange(page..<page + pageBytes, with: Data(repeating: 0xff, count: pageBytes))
        try file.write(to: URL(fileURLWithPath: databasePath))
        return true
    }

    /// The files in which a text stands.
    func files(with text: String) throws -> [String] {
        let sought = Data(text.utf8)
        return try contents().filter { Data($0.value).range(of: sought) != nil }.keys.sorted()
    }
}
