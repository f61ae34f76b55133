import FoundationEssentials

/// Results as files.
enum ResultFile {
    static func write(_ result: RunResult, to path: String) throws(BenchError) {
        do {
            try FileText.write(encode(result), to: path)
        } catch let error as BenchError {
            throw error
        } catch {
            throw .file("cannot write \(path): \(error)")
        }
    }

    static func encode(_ result: RunResult) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(result)) + [UInt8(ascii: "\n")]
    }

    static func read(_ path: String) throws(BenchError) -> RunResult {
        guard let text = FileText.read(path) else { throw .file("cannot read \(path)") }
        return try decode(text, name: path)
    }

    static func decode(_ text: String, name: String) throws(BenchError) -> RunResult {
        struct Form: Decodable { var schema: String }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = Data(text.utf8)
        guard let form = try? decoder.decode(Form.self, from: data) else {
            throw .file("\(name) is no result of wxbench")
        }
        guard form.schema == RunResult.currentSchema else {
            throw .file("\(name) has the form \(form.schema.prefix(40)); this wxbench reads \(RunResult.currentSchema)")
        }
        do {
            return try decoder.decode(RunResult.self, from: data)
        } catch {
            throw .file("\(name) is no whole result of wxbench: \(error)")
        }
    }
}
