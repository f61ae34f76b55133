internal import HTTPServer

extension JSONObjectWriter {
    /// Adds an array of objects that are JSON already.
    mutating func add(_ name: StaticString, objects: [[UInt8]]) {
        add(name, json: JSONObjectWriter.array(objects))
    }

    /// Adds an array of strings.
    mutating func add(_ name: StaticString, strings: [String]) {
        add(
            name,
            json: JSONObjectWriter.array(
                strings.map { string in
                    var bytes: [UInt8] = []
                    JSONObjectWriter.appendString(string, to: &bytes)
                    return bytes
                }
            )
        )
    }

    private static func array(_ elements: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + Array(elements.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
    }
}
