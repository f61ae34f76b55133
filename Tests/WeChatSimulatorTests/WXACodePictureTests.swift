import Foundation
import HTTP
import Testing

@testable import WeChatSimulator

@Suite struct `The picture of a mini-program code` {
    private struct ZbarFailed: Error, CustomStringConvertible {
        let description: String
    }

    private static func code(_ scene: String, _ members: String = "") throws -> WXACode {
        let app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        let text = String(decoding: try JSONEncoder().encode(scene), as: UTF8.self)
        return try WXACode(Array(#"{"scene":\#(text)\#(members)}"#.utf8), of: app)
    }

    /// What a reader that nobody here wrote finds in the picture.
    private static func read(_ picture: [UInt8]) throws -> String {
        let file = URL.temporaryDirectory.appending(path: "wxsim-\(UUID()).png")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(picture).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", file.path(percentEncoded: false),
        ]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let found = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let complaint = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ZbarFailed(
                description:
                    "zbarimg ended with \(process.terminationStatus): \(complaint); `make setup-test` installs it"
            )
        }
        return found.trimmingCharacters(in: .newlines)
    }

    /// A big-endian number out of the header.
    private static func number(_ picture: [UInt8], at offset: Int) -> Int {
        picture[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    @Test(arguments: [
        "t=9f86d081884c7d659a2feaa0c55ad", "a", "!#$&'()*+,/:;=?@-._~", String(repeating: "?", count: 32),
    ])
    func `is read by zbar, and its scene is what was asked for`(scene: String) throws {
        for width in [280, 430, 1280] {
            let picture = WXACodePicture.bytes(of: try Self.code(scene, #","width":\#(width)"#))
            #expect(Self.number(picture, at: 16) == width)
            #expect(Self.number(picture, at: 20) == width)
            let text = try Self.read(picture)
            let query = try #require(text.split(separator: "?", maxSplits: 1).last)
            #expect(text.hasPrefix("https://wxsim.invalid/scene?"))
            #expect(QueryParameters(String(query))["scene"] == scene)
            #expect(QueryParameters(String(query))["appid"] == DefaultApp.appid)
        }
    }

    @Test func `has the colour of the lines`() throws {
        let picture = WXACodePicture.bytes(of: try Self.code("a", #","line_color":{"r":7,"g":80,"b":"96"}"#))
        #expect(try Self.read(picture).hasSuffix("&scene=a"))
        // The palette's second colour, after length and name of its chunk.
        let palette = try #require(Data(picture).range(of: Data("PLTE".utf8)))
        #expect(Array(picture[palette.upperBound..<(palette.upperBound + 6)]) == [255, 255, 255, 7, 80, 96])
        #expect(Data(picture).range(of: Data("tRNS".utf8)) == nil)
    }

    @Test func `is transparent where it is not dark when asked to`() throws {
        let picture = WXACodePicture.bytes(of: try Self.code("a", #","is_hyaline":true"#))
        let alpha = try #require(Data(picture).range(of: Data("tRNS".utf8)))
        #expect(picture[alpha.upperBound] == 0)
    }
}

@Suite struct `A QR code` {
    @Test func `grows with its text and ends where the largest version does`() throws {
        #expect(try #require(QRCode([0x41])).side == 21)
        #expect(try #require(QRCode([UInt8](repeating: 0, count: 2331))).side == 177)
        #expect(QRCode([UInt8](repeating: 0, count: 2332)) == nil)
        #expect(QRCode([]) == nil)
    }

    @Test func `has its three finders where they belong`() throws {
        let code = try #require(QRCode([0x41]))
        for (row, column) in [(0, 0), (0, 14), (14, 0)] {
            for step in 0..<7 { #expect(code.isDark(row: row, column: column + step)) }
            for step in 1..<6 { #expect(!code.isDark(row: row + 1, column: column + step)) }
            #expect(code.isDark(row: row + 3, column: column + 3))
        }
        #expect(!code.isDark(row: 7, column: 7))
    }
}

@Suite struct `A PNG` {
    private static func image(
        width: Int = 2,
        height: Int = 1,
        palette: [PNGImage.Color] = [.white, .black],
        pixels: [UInt8] = [0, 1]
    ) -> PNGImage {
        PNGImage(width: width, height: height, palette: palette, pixels: pixels)
    }

    @Test func `starts and ends as one`() throws {
        let file = try #require(Self.image().encoded())
        #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(file.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }

    @Test func `is written even where nothing compresses`() throws {
        var generator = SeededGenerator(seed: 1)
        let pixels = (0..<65_536).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let palette = (0...255).map { PNGImage.Color(red: UInt8($0), green: 0, blue: 0) }
        #expect(Self.image(width: 256, height: 256, palette: palette, pixels: pixels).encoded() != nil)
    }

    @Test func `is none where its parts do not fit together`() {
        #expect(Self.image(width: 3).encoded() == nil)
        #expect(Self.image(width: 0, pixels: []).encoded() == nil)
        #expect(Self.image(palette: []).encoded() == nil)
        #expect(Self.image(palette: [.white]).encoded() == nil)
        #expect(Self.image(width: 1, height: 0x10000, pixels: [UInt8](repeating: 0, count: 0x10000)).encoded() == nil)
    }
}
