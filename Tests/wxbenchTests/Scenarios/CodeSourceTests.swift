import Testing
import WeChatSimulator

@testable import wxbench

@Suite struct CodeSourceTests {
    private func draw(_ source: any CodeSource) -> (code: String, number: Int)? {
        var bytes: [UInt8] = []
        guard case .code(let number) = source.draw(into: &bytes) else { return nil }
        return (String(decoding: bytes, as: UTF8.self), number)
    }

    @Test func `derived codes are all different, and the simulator's rule says whose they are`() throws {
        let source = DerivedCodes(appid: DefaultApp.appid, runID: "run")
        let draws = try (0..<50).map { _ in try #require(draw(source)) }
        #expect(Set(draws.map(\.code)).count == 50)
        for draw in draws {
            let openid = DerivedIdentity(appid: DefaultApp.appid, code: draw.code).openid
            #expect(source.openid(of: draw.number) == Array(openid.utf8))
        }
        #expect(Set(draws.compactMap { source.openid(of: $0.number) }).count == 50)
    }

    @Test func `returning users have many codes and one openid each`() throws {
        let source = DerivedCodes(appid: DefaultApp.appid, runID: "run", users: 3)
        let draws = try (0..<12).map { _ in try #require(draw(source)) }
        #expect(Set(draws.map(\.code)).count == 12)
        let openids = draws.map { DerivedIdentity(appid: DefaultApp.appid, code: $0.code).openid }
        #expect(Set(openids).count == 3)
        for (draw, openid) in zip(draws, openids) {
            #expect(source.openid(of: draw.number) == Array(openid.utf8))
        }
        var further: [UInt8] = []
        source.draw(of: 1, into: &further)
        let code = String(decoding: further, as: UTF8.self)
        #expect(!draws.map(\.code).contains(code))
        #expect(DerivedIdentity(appid: DefaultApp.appid, code: code).openid == openids[1])
    }

    @Test func `the codes of a file are those of its lines`() throws {
        let codes = try FileCodes.parse("0abc\r\n\n 0def \n", name: "f")
        #expect(codes.map { String(decoding: $0, as: UTF8.self) } == ["0abc", "0def"])
        #expect(throws: BenchError.self) { try FileCodes.parse("0abc\n0 de\"f\n", name: "f") }
        #expect(throws: BenchError.self) { try FileCodes.parse("\n", name: "f") }
    }

    @Test func `minted codes come with their openids`() {
        let json = #"{"codes":[{"code":"0a","openid":"o1"},{"code":"0b","openid":"o2"}]}"#
        let codes = MintedCodes.parse(Array(json.utf8))
        #expect(codes.map { String(decoding: $0.code + $0.openid, as: UTF8.self) } == ["0ao1", "0bo2"])
        #expect(MintedCodes.parse(Array("{}".utf8)).isEmpty)
    }
}
