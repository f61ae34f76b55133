/// The bounds of one app's pool.
struct QRCodePoolLimits: Equatable, Sendable {
    /// Bytes of pictures that all pools of a gateway keep together: 340 codes of the largest picture seen (195 kB), and
    /// little beside what tickets keep.
    static let allBytesMax = 64 << 20
    /// Milliseconds that a request waits beyond one call of WeChat: for an access_token that is being fetched.
    static let extraWaitMilliseconds: Int64 = 1_000

    /// Codes kept ready (`WXGATE_QR_POOL`); 0: each is fetched when it is asked for.
    let size: Int
    /// Bytes of pictures kept ready; one code is kept in any case.
    let bytesMax: Int
    /// Milliseconds that somebody waits for a code.
    let waitMilliseconds: Int64

    /// - Parameters:
    ///   - apps: how many pools share the bytes.
    ///   - timeoutMilliseconds: of one call of WeChat.
    init(size: Int, apps: Int, timeoutMilliseconds: UInt64) {
        self.size = size
        bytesMax = Self.allBytesMax / max(apps, 1)
        waitMilliseconds = Int64(timeoutMilliseconds) + Self.extraWaitMilliseconds
    }
}
