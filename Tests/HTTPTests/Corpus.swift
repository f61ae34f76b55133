import Foundation
import HTTP

/// The files below `Corpus`: raw messages, valid and invalid, that the differential test shows to llhttp too.
enum Corpus {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    /// The bytes of `kind/name.http`, `requests/valid/head` for instance.
    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: directory.appending(path: path + ".http")))
    }

    /// The names of all files of a kind, without the suffix, sorted.
    static func names(_ kind: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: kind).path)
            .filter { $0.hasSuffix(".http") }
            .map { String($0.dropLast(5)) }
            .sorted()
    }
}
