import Foundation

/// One message in terms that llhttp and we share.
struct LlhttpMessage: Equatable {
    var method: String?
    var target: String
    var status: Int?
    var version: String
    var headers: [[String]]
    var body: [UInt8]
    var keepAlive: Bool
}

/// What llhttp made of one file.
struct LlhttpResult {
    var error: String?
    var messages: [(content: LlhttpMessage, isComplete: Bool)]
}

/// Runs `differential/compare_with_llhttp.py`.
enum Llhttp {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private struct Output: Decodable {
        struct Message: Decodable {
            var method: String?
            var target: String
            var status: Int?
            var version: String?
            var headers: [[String]]
            var body: String
            var keepAlive: Bool?
            var complete: Bool
        }

        var error: String?
        var messages: [Message]
    }

    /// What llhttp makes of each file, by path without suffix.
    static func examineCorpus() throws -> [String: LlhttpResult] {
        guard let python = ProcessInfo.processInfo.environment["WXGATE_TEST_PYTHON"], !python.isEmpty else {
            throw Failure(
                description: "WXGATE_TEST_PYTHON is not set: it names a Python that has the packages of"
                    + " Tests/requirements.txt. `make test` sets it."
            )
        }
        let script = Corpus.directory.deletingLastPathComponent().appending(path: "differential/compare_with_llhttp.py")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [script.path, Corpus.directory.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(script.lastPathComponent) ended with status \(process.terminationStatus)")
        }
        return try JSONDecoder().decode([String: Output].self, from: data).mapValues(result)
    }

    private static func result(_ output: Output) throws -> LlhttpResult {
        LlhttpResult(
            error: output.error,
            messages: try output.messages.map { message in
                let content = LlhttpMessage(
                    method: try message.method.map(text),
                    target: try text(message.target),
                    status: message.status,
                    version: message.version ?? "",
                    headers: try message.headers.map { try $0.map(trimmedText) },
                    body: try bytes(message.body),
                    keepAlive: message.keepAlive ?? false
                )
                return (content, message.complete)
            }
        )
    }

    private static func bytes(_ hexadecimal: String) throws -> [UInt8] {
        let digits = Array(hexadecimal.utf8)
        return try stride(from: 0, to: digits.count - 1, by: 2).map { index in
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                throw Failure(description: "not hexadecimal")
            }
            return byte
        }
    }

    private static func text(_ hexadecimal: String) throws -> String {
        String(decoding: try bytes(hexadecimal), as: UTF8.self)
    }

    /// llhttp leaves whitespace behind a value to its user.
    private static func trimmedText(_ hexadecimal: String) throws -> String {
        var bytes = try bytes(hexadecimal)
        while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
