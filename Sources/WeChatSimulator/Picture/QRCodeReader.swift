import CZBar

/// Finds the QR codes of a picture, by libzbar: as the camera of a phone would.
enum QRCodeReader {
    /// The texts of all codes in the picture, in no order; a code that is no UTF-8 is left out.
    ///
    /// Takes as long as the picture is large, even on a loop not too long: 3 ms for a code of 430 pixels, 17 for a page of
    /// 1200, 90 for noise of 1600. Any thread; nothing is shared.
    static func texts(in image: GrayImage) -> [String] {
        guard let scanner = unsafe zbar_image_scanner_create() else { return [] }
        defer { unsafe zbar_image_scanner_destroy(scanner) }
        // Every other kind of code would be looked for as well, and found in noise at times.
        _ = unsafe zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0)
        _ = unsafe zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1)
        guard let scanned = unsafe zbar_image_create() else { return [] }
        defer { unsafe zbar_image_destroy(scanned) }
        unsafe zbar_image_set_format(scanned, fourCC("Y800"))
        unsafe zbar_image_set_size(scanned, UInt32(image.width), UInt32(image.height))
        return unsafe image.pixels.withUnsafeBytes { pixels in
            unsafe zbar_image_set_data(scanned, pixels.baseAddress, UInt(pixels.count), nil)
            guard unsafe zbar_scan_image(scanner, scanned) > 0 else { return [] }
            return unsafe symbols(of: scanned)
        }
    }

    private static func symbols(of image: OpaquePointer) -> [String] {
        var texts: [String] = []
        var symbol = unsafe zbar_image_first_symbol(image)
        while let found = unsafe symbol {
            if let data = unsafe zbar_symbol_get_data(found) {
                let bytes = unsafe UnsafeRawBufferPointer(start: data, count: Int(zbar_symbol_get_data_length(found)))
                if let text = unsafe String(validating: bytes, as: UTF8.self) { texts.append(text) }
            }
            unsafe symbol = zbar_symbol_next(found)
        }
        return texts
    }

    /// The name of a pixel format as libzbar has it: its first character in the lowest byte.
    private static func fourCC(_ name: StaticString) -> UInt {
        "\(name)".utf8.reversed().reduce(0) { $0 << 8 | UInt($1) }
    }
}
