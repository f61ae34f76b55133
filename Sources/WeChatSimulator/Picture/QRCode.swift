import CQREncode

/// A QR code as a square of dark and light modules, without its quiet zone.
struct QRCode: Sendable {
    /// Modules on each side.
    let side: Int
    private let dark: [Bool]

    /// Encodes bytes with error correction of 15 % (level M), in the smallest version that takes them.
    ///
    /// Returns nil when they are none, or more than the largest version takes (2331).
    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= 2331 else { return nil }
        let encoded = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe QRcode_encodeData(Int32(buffer.count), buffer.baseAddress, 0, QR_ECLEVEL_M)
        }
        guard let code = unsafe encoded else { return nil }
        defer { unsafe QRcode_free(code) }
        guard let modules = unsafe code.pointee.data else { return nil }
        side = unsafe Int(code.pointee.width)
        // The other bits of a module tell what it is for.
        dark = unsafe UnsafeBufferPointer(start: modules, count: side * side).map { $0 & 1 == 1 }
    }

    /// Whether a module is dark; row and column count from 0 at the upper left.
    func isDark(row: Int, column: Int) -> Bool {
        dark[row * side + column]
    }
}
