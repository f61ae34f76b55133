import HTTP

/// What a parser made of some bytes, in a form that compares.
enum RequestOutcome: Equatable {
    case request(RequestSummary)
    case failed(RequestParseError, head: HeadSummary?)
    case pending(RequestParser.Phase)
}

struct HeadSummary: Equatable {
    var method: String
    var target: String
    var path: String
    var query: String?
    var version: Version
    var fields: [[String]]

    init(_ head: RequestHead) {
        method = head.method.rawValue
        target = head.target
        path = head.path
        query = head.query
        version = head.version
        fields = FieldList.of(head.headers)
    }
}

struct RequestSummary: Equatable {
    var head: HeadSummary
    var body: [UInt8]
    var keepAlive: Bool
    var isBodyCut: Bool

    init(_ request: ParsedRequest) {
        head = HeadSummary(request.head)
        body = request.body
        keepAlive = request.keepAlive
        isBodyCut = request.isBodyCut
    }
}

enum FieldList {
    static func of(_ headers: Headers) -> [[String]] {
        var fields: [[String]] = []
        headers.forEach { fields.append([$0, $1]) }
        return fields
    }
}

/// Feeds a fresh parser piece by piece and checks the promises about `consumed` on the way.
struct RequestFeed {
    private(set) var outcomes: [RequestOutcome] = []
    /// Broken promises of `parse`; empty in a good run.
    private(set) var complaints: [String] = []
    private(set) var continues = 0
    private var parser: RequestParser
    private let bodies: (RequestHead) -> BodyHandling

    init(
        _ pieces: [ArraySlice<UInt8>],
        limits: HTTPLimits = HTTPLimits(),
        bodies: @escaping (RequestHead) -> BodyHandling = { _ in .collect }
    ) {
        self.bodies = bodies
        parser = RequestParser(limits: limits)
        for piece in pieces {
            guard feed(piece) else { return }
        }
        outcomes.append(.pending(parser.phase))
    }

    static func whole(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> [RequestOutcome] {
        RequestFeed([bytes[...]], limits: limits).outcomes
    }

    static func byteByByte(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> RequestFeed {
        RequestFeed(bytes.indices.map { bytes[$0...$0] }, limits: limits)
    }

    /// False after a failure.
    private mutating func feed(_ piece: ArraySlice<UInt8>) -> Bool {
        var rest = piece
        while true {
            let (consumed, event) = parser.parse(rest.span, bodies: bodies)
            if consumed > rest.count { complaints.append("consumed more than there was") }
            rest = rest.dropFirst(consumed)
            switch event {
            case .needMore, .continueExpected:
                if case .continueExpected = event { continues += 1 }
                if !rest.isEmpty { complaints.append("wants more but left some") }
                return true
            case .request(let request):
                outcomes.append(.request(RequestSummary(request)))
                if parser.phase != (request.isBodyCut ? .body : .idle) { complaints.append("not idle after a request") }
                if rest.isEmpty { return true }
            case .failed(let error, let head):
                outcomes.append(.failed(error, head: head.map(HeadSummary.init)))
                let again = parser.parse([UInt8]("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8).span)
                if case .failed(error, _) = again.event {} else { complaints.append("a failure did not stick") }
                return false
            }
        }
    }
}
