import HTTP

/// What a parser made of some bytes and the end of the connection, in a form that compares.
enum ResponseOutcome: Equatable {
    case response(ResponseSummary)
    case failed(ResponseParseError)
    case pending
}

struct ResponseSummary: Equatable {
    var code: UInt16
    var reason: String
    var version: Version
    var fields: [[String]]
    var body: [UInt8]
    var keepAlive: Bool

    init(_ response: ParsedResponse) {
        code = response.status.code
        reason = response.status.reason
        version = response.version
        fields = FieldList.of(response.headers)
        body = response.body
        keepAlive = response.keepAlive
    }
}

enum ResponseFeed {
    /// The reply in `pieces`, the connection ending behind them.
    static func outcome(_ pieces: [ArraySlice<UInt8>], to method: Method = .get) -> ResponseOutcome {
        var parser = ResponseParser()
        parser.expectReply(to: method)
        for piece in pieces {
            let (consumed, event) = parser.parse(piece.span)
            switch event {
            case .needMore where consumed != piece.count: return .pending
            case .needMore: continue
            case .response, .failed: return outcome(event)
            }
        }
        return outcome(parser.finish())
    }

    private static func outcome(_ event: ResponseParser.Event) -> ResponseOutcome {
        switch event {
        case .needMore: .pending
        case .response(let response): .response(ResponseSummary(response))
        case .failed(let error): .failed(error)
        }
    }
}
