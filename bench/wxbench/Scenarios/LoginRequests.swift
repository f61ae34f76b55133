import HTTP

/// Writes login requests.
struct LoginRequests: Sendable {
    private let template: RequestTemplate
    private let head: [UInt8]
    private let tail: [UInt8]

    init(_ options: RunOptions) {
        template = RequestTemplate(
            .post,
            "/api/v1/wx/login",
            of: options.site,
            body: true,
            keepsAlive: options.keepsAlive
        )
        head = Array("{\"appid\":\"\(options.appid)\",\"code\":\"".utf8)
        tail = Array("\"}".utf8)
    }

    /// Appends a request with the code that `draw` appends.
    func append(to request: inout [UInt8], code draw: (inout [UInt8]) -> CodeDraw) -> CodeDraw {
        var body = head
        let drawn = draw(&body)
        guard case .code = drawn else { return drawn }
        body.append(contentsOf: tail)
        template.append(body, to: &request)
        return drawn
    }
}
