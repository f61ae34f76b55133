import HTTP
import HTTPServer

/// The page on which a person plays the phone, and what it is made of.
enum PhonePage {
    /// No inline code and nothing from elsewhere, but for the pictures of users.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private struct Asset {
        let type: String
        let bytes: [UInt8]
    }

    private static func asset(_ path: String) -> Asset? {
        switch path {
        case "/phone": Asset(type: "text/html; charset=utf-8", bytes: PackageResources.phone_html)
        case "/phone.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.phone_js)
        case "/phone-session.js":
            Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.phone_session_js)
        case "/phone-texts.js":
            Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.phone_texts_js)
        case "/phone.css": Asset(type: "text/css; charset=utf-8", bytes: PackageResources.phone_css)
        default: nil
        }
    }

    /// The answer to a request for one of the page's files; nil for any other path.
    static func response(to request: Request) -> Response? {
        guard let asset = asset(request.path) else { return nil }
        guard request.method == .get || request.method == .head else {
            var refusal = Response.text("use GET\n", status: .methodNotAllowed)
            refusal.headers.append(("Allow", "GET, HEAD"))
            return refusal
        }
        return Response(
            headers: [
                ("Content-Type", asset.type),
                // A link's ticket stands in the address, and a new build is seen at once.
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", policy),
                ("Referrer-Policy", "no-referrer"),
                ("X-Content-Type-Options", "nosniff"),
            ],
            body: asset.bytes
        )
    }
}
