import HTTP
import UV

/// Codes of the simulator's control API, each of a new user. Fetched ahead, and again while the load runs. Loop-confined.
final class MintedCodes: CodeSource {
    /// Of one call: as many as the simulator gives.
    static let batchMax = 10_000
    /// More are fetched when fewer than this are left. A code is good for five minutes, so none may lie about for long.
    static let reserve = 5_000

    let areUsersNew = true

    private struct Minted {
        var code: [UInt8]
        var openid: [UInt8]
    }

    private let caller: Caller
    private let loop: EventLoop
    private let appid: String
    private var codes: [Minted?] = []
    private var drawn = 0
    private var fetching: Task<Void, Never>?
    private var failure: BenchError?

    init(_ caller: Caller, appid: String, on loop: EventLoop) {
        self.caller = caller
        self.appid = appid
        self.loop = loop
    }

    func setUp() async throws(BenchError) { try await fetch() }

    func draw(into bytes: inout [UInt8]) -> CodeDraw {
        if codes.count - drawn < Self.reserve, fetching == nil, failure == nil { fetchMore() }
        guard drawn < codes.count, let minted = codes[drawn] else { return failure == nil ? .later : .finished }
        bytes.append(contentsOf: minted.code)
        drawn += 1
        return .code(drawn - 1)
    }

    func openid(of number: Int) -> [UInt8]? {
        // Asked once, when the reply is there; afterwards nobody needs it.
        codes[number].take()?.openid
    }

    func tearDown() {
        fetching?.cancel()
        caller.close()
    }

    /// The codes and openids of a reply of `/sim/login`.
    static func parse(_ body: [UInt8]) -> [(code: [UInt8], openid: [UInt8])] {
        guard let list = ReplyMembers.find("codes", in: body) else { return [] }
        return body[list].split(separator: UInt8(ascii: "{")).compactMap { part in
            let object = [UInt8(ascii: "{")] + part
            guard let code = ReplyMembers.find("code", in: object),
                let openid = ReplyMembers.find("openid", in: object)
            else { return nil }
            return (Array(object[code]), Array(object[openid]))
        }
    }

    private func fetchMore() {
        let me = LoopBound(self, on: loop)
        let actor = loop.actor
        fetching = Task(executorPreference: loop) {
            await actor.run { _ in
                do throws(BenchError) { try await me.value.fetch() } catch { me.value.failure = error }
                me.value.fetching = nil
            }
        }
    }

    private func fetch() async throws(BenchError) {
        let outcome = await caller.call(
            .post,
            "/sim/login",
            json: "{\"count\":\(Self.batchMax),\"appid\":\"\(appid)\"}"
        )
        guard case .reply(let reply) = outcome else {
            throw .setUp("the simulator mints no codes: it does not answer; is --sim right?")
        }
        guard reply.status == .ok else {
            throw .setUp("the simulator mints no codes: \(Refusal.name(of: reply)); is --sim right?")
        }
        let minted = Self.parse(reply.body)
        guard !minted.isEmpty else { throw .setUp("the simulator mints no codes") }
        for (code, openid) in minted { codes.append(Minted(code: code, openid: openid)) }
    }
}
