internal import HTTP
internal import HTTPServer

/// `GET /login`, its script and style, and the widget behind it (contract section 4).
struct LoginPageRoute {
    /// Seconds for which a browser takes a file for current without asking: a new version is everywhere within minutes.
    private static let assetMaxAge = 300

    let content: LoginPageContent
    let apps: AppRegistry
    private let returnOrigins: [String]
    private let pageFields: [(String, String)]

    /// - Parameter web: `origins` may frame the page, `returnOrigins` may be returned to.
    init(content: LoginPageContent, apps: AppRegistry, web: WebPolicy) {
        self.content = content
        self.apps = apps
        returnOrigins = web.returnOrigins
        pageFields = LoginPageRoute.pageFields(framedBy: web.origins)
    }

    /// The page. What is wrong in the query is left out: a page that works is of more use than an error.
    func page(_ request: Request) -> Response {
        let fields = try? FormFields(query: request.query)
        let returnTo =
            ReturnTarget.unencoded(in: request.query ?? "")
            ?? fields.flatMap { LoginPageRoute.only("return_to", of: $0) }
            .flatMap { ReturnTarget($0, origins: returnOrigins) }
        let appID = fields.flatMap { LoginPageRoute.only("appid", of: $0) }.flatMap { try? apps.app(named: $0).id }
        return Response(headers: pageFields, body: content.html(returnTo?.text, appID))
    }

    /// `/login.js`, which only the page needs.
    func script(_ request: Request) -> Response { asset(content.script, isForAll: false, request) }

    /// `/login.css`, which only the page needs.
    func style(_ request: Request) -> Response { asset(content.style, isForAll: false, request) }

    /// `/wxgate.js`, which pages elsewhere load too.
    func widget(_ request: Request) -> Response { asset(content.widget, isForAll: true, request) }

    private func asset(_ asset: LoginPageContent.Asset, isForAll: Bool, _ request: Request) -> Response {
        var response = Response(headers: [
            ("ETag", asset.etag), ("Cache-Control", "public, max-age=\(LoginPageRoute.assetMaxAge)"),
            ("Cross-Origin-Resource-Policy", isForAll ? "cross-origin" : "same-origin"),
        ])
        if LoginPageRoute.isKnown(asset.etag, to: request) {
            response.status = .notModified
            return response
        }
        response.headers += [("Content-Type", asset.mediaType), ("X-Content-Type-Options", "nosniff")]
        response.body = asset.bytes
        return response
    }

    /// RFC 9110 section 13.1.2: a list, compared weakly.
    private static func isKnown(_ etag: String, to request: Request) -> Bool {
        request.headers.all("if-none-match").flatMap { $0.split(separator: ",") }.contains { known in
            let known = known.trimmingOptionalWhitespace()
            return known == "*" || (known.hasPrefix("W/") ? known.dropFirst(2) : known) == etag
        }
    }

    /// A name that stands there twice means nothing: two readers might see two values.
    private static func only(_ name: String, of fields: FormFields) -> String? {
        let values = fields.all(name)
        return values.count == 1 ? values.first : nil
    }

    private static func pageFields(framedBy origins: [String]) -> [(String, String)] {
        let ancestors = origins.isEmpty ? "'none'" : origins.joined(separator: " ")
        let policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors \(ancestors)"
        let fields = [
            ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            // To nobody else, as no-referrer; but that one also turns the Origin of some requests of our own page into
            // `null`, which is foreign (Fetch standard, "append a request Origin header").
            ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        // It knows no list of origins; browsers that know frame-ancestors ignore it beside that anyway.
        return origins.isEmpty ? fields + [("X-Frame-Options", "DENY")] : fields
    }
}
