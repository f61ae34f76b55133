internal import HTTP

/// The parser of one message. Hundreds of bytes, so only a connection has one on which a message is half received.
final class Reception {
    var parser: RequestParser

    init(limits: HTTPLimits) {
        parser = RequestParser(limits: limits)
    }
}
