/// The reply to `POST /wxa/getwxacodeunlimit`, told by its first bytes: the header calls every picture `image/jpeg`.
public enum UnlimitedCodeReply {
    /// The picture in a reply. Never fails in any other way, whatever the body is.
    ///
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> CodePicture {
        // Only success has no JSON, and a proxy's page is no success.
        if status == 200, let picture = CodePicture(body) { return picture }
        _ = try JSONReply.parse(NoMembers.self, status: status, body: body)
        throw .invalidReply(reason: "neither a picture nor a refusal")
    }
}

/// The picture of a mini-program code.
public struct CodePicture: Equatable, Sendable {
    /// The formats that WeChat draws in.
    public enum Format: Sendable {
        case jpeg, png

        /// The media type of the bytes.
        public var mediaType: String {
            switch self {
            case .jpeg: "image/jpeg"
            case .png: "image/png"
            }
        }
    }

    /// Told by the bytes.
    public let format: Format
    /// The file as WeChat sent it.
    public let bytes: [UInt8]

    /// Takes the bytes of a JPEG or PNG file; nil for anything else.
    public init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            format = .png
        } else {
            return nil
        }
        self.bytes = bytes
    }
}

private struct NoMembers: Decodable {}
