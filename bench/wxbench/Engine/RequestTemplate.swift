import HTTP

/// The part of a request that is the same each time, written once. A body of any length goes behind it.
struct RequestTemplate: Sendable {
    private let head: [UInt8]
    private let hasBody: Bool

    let method: HTTP.Method

    /// - Parameter body: whether the request has one; its type is JSON.
    init(
        _ method: HTTP.Method,
        _ target: String,
        of site: TargetURL,
        headers: [(String, String)] = [],
        body hasBody: Bool = false,
        keepsAlive: Bool = true
    ) {
        var bytes: [UInt8] = []
        let headers = (hasBody ? [("Content-Type", "application/json")] : []) + headers
        do throws(RequestEncodeError) {
            try RequestEncoder.encode(
                method,
                target: target,
                host: site.authority,
                headers: headers,
                body: hasBody ? [] : nil,
                into: &bytes
            )
        } catch {
            preconditionFailure("targets and hosts were checked where they came from: \(error)")
        }
        if !keepsAlive, let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            bytes.insert(contentsOf: "Connection: close\r\n".utf8, at: lineEnd + 1)
        }
        // The length of the body is not known yet: `0` and the two line ends behind it come later.
        if hasBody { bytes.removeLast("0\r\n\r\n".utf8.count) }
        head = bytes
        self.method = method
        self.hasBody = hasBody
    }

    /// Appends the request without a body, or with this one.
    func append(_ body: [UInt8] = [], to request: inout [UInt8]) {
        request.append(contentsOf: head)
        guard hasBody else { return }
        request.append(contentsOf: String(body.count).utf8)
        request.append(contentsOf: "\r\n\r\n".utf8)
        request.append(contentsOf: body)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}
