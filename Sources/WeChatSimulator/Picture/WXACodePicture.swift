import HTTP

/// Draws the code of a mini-program: a QR code in place of WeChat's round one, which nobody else can draw or read.
enum WXACodePicture {
    /// Light modules around the code, so that readers find it.
    private static let quietModules = 4
    /// What the text begins with; nobody's address.
    static let address = "https://wxsim.invalid/scene"

    /// The text of the code; whoever scans it finds app and scene in the query.
    static func text(of code: WXACode) -> String {
        "\(address)?appid=\(PercentEncoding.encode(code.appid))"
            + "&scene=\(PercentEncoding.encode(code.scene))"
    }

    /// A PNG; WeChat too sends some under the name of a JPEG.
    static func bytes(of code: WXACode) -> [UInt8] {
        guard let modules = QRCode(Array(text(of: code).utf8)),
            let file = image(of: modules, code).encoded()
        else { preconditionFailure("a text of 160 bytes at most on 1280 pixels at most is a picture") }
        return file
    }

    private static func image(of modules: QRCode, _ code: WXACode) -> PNGImage {
        let width = code.width
        let scale = max(1, width / (modules.side + 2 * quietModules))
        let drawn = modules.side * scale
        let before = max(0, (width - drawn) / 2)
        let after = max(0, width - drawn - before)
        let emptyRow = [UInt8](repeating: 0, count: before + drawn + after)

        var pixels: [UInt8] = []
        pixels.reserveCapacity(emptyRow.count * emptyRow.count)
        for _ in 0..<before { pixels += emptyRow }
        for row in 0..<modules.side {
            var line = [UInt8](repeating: 0, count: before)
            for column in 0..<modules.side {
                line += [UInt8](repeating: modules.isDark(row: row, column: column) ? 1 : 0, count: scale)
            }
            line += [UInt8](repeating: 0, count: after)
            for _ in 0..<scale { pixels += line }
        }
        for _ in 0..<after { pixels += emptyRow }
        return PNGImage(
            width: emptyRow.count,
            height: emptyRow.count,
            palette: [code.isTransparent ? .transparent : .white, code.color],
            pixels: pixels
        )
    }
}
