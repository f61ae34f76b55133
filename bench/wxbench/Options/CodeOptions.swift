import ArgumentParser

/// Where login codes come from.
struct CodeOptions: ParsableArguments {
    @Option(
        help: """
            derived: made up, for a wxsim with --accept-any-code. minted: by wxsim's control API. file:PATH: for a real \
            deployment, one code a line, each used once.
            """,
        transform: CodeOptions.origin
    )
    var codes = CodeOrigin.derived

    static func origin(_ text: String) throws -> CodeOrigin {
        switch text {
        case "derived": return .derived
        case "minted": return .minted
        default:
            guard text.hasPrefix("file:"), text.count > "file:".count else {
                throw ValidationError("must be derived, minted or file:PATH")
            }
            return .file(String(text.dropFirst("file:".count)))
        }
    }
}
