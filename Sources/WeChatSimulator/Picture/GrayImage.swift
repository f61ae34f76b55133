/// A picture of brightnesses alone.
struct GrayImage: Sendable {
    /// A page's screenshot fits; nobody needs more to read a code.
    static let sideMax = 1600
    /// What the picture takes at most, in bytes.
    static let bytesMax = sideMax * sideMax

    /// In pixels.
    let width: Int
    /// In pixels.
    let height: Int
    /// 0 is black; row by row from above.
    let pixels: [UInt8]

    /// Returns nil when the sizes are none, too large, or not those of the pixels.
    init?(width: Int, height: Int, pixels: [UInt8]) {
        guard (1...Self.sideMax).contains(width), (1...Self.sideMax).contains(height), pixels.count == width * height
        else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
