/// Hides secrets in lines that quote what others sent.
struct SecretMask {
    private var secrets: [String] = []

    /// Hides this text too from now on.
    mutating func hide(_ secret: String) {
        secrets.append(secret)
        // Longest first: one may be a part of another.
        secrets.sort { $0.utf8.count > $1.utf8.count }
    }

    func masked(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "****")
        }
    }

    func masked(_ finding: Finding) -> Finding {
        Finding(
            finding.status,
            finding.check,
            of: finding.subject,
            masked(finding.text),
            remedy: finding.remedy.map(masked)
        )
    }
}
