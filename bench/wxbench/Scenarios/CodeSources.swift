/// Makes sources of codes.
enum CodeSources {
    /// - Parameter users: how many users there are to come back; 0: each code is a user of its own.
    static func make(_ origin: CodeOrigin, users: Int, _ context: PartContext) throws(BenchError) -> any CodeSource {
        let options = context.options
        switch origin {
        case .derived:
            return DerivedCodes(appid: options.appid, runID: context.runID, users: users)
        case .minted:
            guard let dialer = context.simulator else { throw .setUp("minted codes need the simulator: --sim") }
            let caller = Caller(dialer, site: options.simulator, on: context.loop)
            return MintedCodes(caller, appid: options.appid, on: context.loop)
        case .file(let path):
            return try FileCodes(path: path, index: context.index, of: options.loops)
        }
    }
}
