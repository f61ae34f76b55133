import CPNG

/// A picture of a few colours, written by libpng.
struct PNGImage: Sendable {
    /// Components of 0 to 255, the alpha not multiplied in.
    struct Color: Equatable, Sendable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8
        var alpha: UInt8 = 255

        static let black = Color(red: 0, green: 0, blue: 0)
        static let white = Color(red: 255, green: 255, blue: 255)
        static let transparent = Color(red: 255, green: 255, blue: 255, alpha: 0)
    }

    /// In pixels.
    let width: Int
    /// In pixels.
    let height: Int
    /// At most 256.
    let palette: [Color]
    /// A place in the palette for each pixel, row by row from above.
    let pixels: [UInt8]

    /// The file's bytes; nil when the sizes do not fit together or libpng refuses.
    func encoded() -> [UInt8]? {
        guard (1...0xFFFF).contains(width), (1...0xFFFF).contains(height), pixels.count == width * height,
            (1...256).contains(palette.count), pixels.allSatisfy({ $0 < palette.count })
        else { return nil }
        var image = unsafe png_image()
        unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
        unsafe image.width = png_uint_32(width)
        unsafe image.height = png_uint_32(height)
        unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLORMAP)
        unsafe image.colormap_entries = png_uint_32(palette.count)
        let colors = palette.flatMap { [$0.red, $0.green, $0.blue, $0.alpha] }

        // Above what zlib makes of pixels that do not compress, and of the rest of the file.
        var file = [UInt8](repeating: 0, count: pixels.count + pixels.count / 1000 + 4096)
        var count = file.count
        let isWritten = unsafe file.withUnsafeMutableBytes { file in
            unsafe pixels.withUnsafeBytes { pixels in
                unsafe colors.withUnsafeBytes { colors in
                    unsafe png_image_write_to_memory(
                        &image,
                        file.baseAddress,
                        &count,
                        0,
                        pixels.baseAddress,
                        png_int_32(width),
                        colors.baseAddress
                    )
                }
            }
        }
        unsafe png_image_free(&image)
        return isWritten == 0 ? nil : Array(file.prefix(count))
    }
}
