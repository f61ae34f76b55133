import HTTP

/// A request with somebody's token in it, everything else written once.
struct BearerTemplate: Sendable {
    let method: HTTP.Method
    private let head: [UInt8]
    private let tail: [UInt8]

    /// - Parameters:
    ///   - body: a whole body of JSON; nil for none.
    ///   - headers: further fields.
    init(
        _ method: HTTP.Method,
        _ target: String,
        of site: TargetURL,
        headers: [(String, String)] = [],
        body: String? = nil,
        keepsAlive: Bool = true
    ) {
        self.method = method
        let placeholder = "0"
        let authorization = [("Authorization", "Bearer \(placeholder)")]
        let template = RequestTemplate(
            method,
            target,
            of: site,
            headers: authorization + headers,
            body: body != nil,
            keepsAlive: keepsAlive
        )
        var bytes: [UInt8] = []
        template.append(Array((body ?? "").utf8), to: &bytes)
        let marker = Array("Bearer \(placeholder)\r\n".utf8)
        let place = bytes.indices.first { bytes[$0...].starts(with: marker) } ?? 0
        head = Array(bytes[..<(place + "Bearer ".utf8.count)])
        tail = Array(bytes[(place + "Bearer ".utf8.count + placeholder.utf8.count)...])
    }

    /// Appends the request with this token.
    func append(_ token: [UInt8], to request: inout [UInt8]) {
        request.append(contentsOf: head)
        request.append(contentsOf: token)
        request.append(contentsOf: tail)
    }
}
