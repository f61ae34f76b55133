/// What can be wrong with fields and body of requests and replies alike; each parser has its own public error.
enum MessageFault: Error, Equatable {
    case malformedHeader
    case headersTooLarge
    case invalidContentLength
    case contentLengthWithTransferCoding
    case unsupportedTransferCoding
    case malformedChunk
    case bodyTooLarge
}
