/// The login page and the widget behind it: the texts of `/login`, `/login.js`, `/login.css` and `/wxgate.js`, embedded
/// in the binary. No I/O and no state: any thread may ask.
public enum LoginPage {
    /// The page itself, with what the server knows filled in. It differs from request to request, hence has no etag.
    ///
    /// The page has no inline code or style, needs nothing but its own origin, and shows pictures of users from `https:`.
    /// - Parameters:
    ///   - returnTo: where to go after the login, already checked by the caller; nil: the page stays.
    ///   - appID: whose mini-program code to show; nil: the gateway's only one.
    public static func html(returnTo: String?, appID: String?) -> [UInt8] {
        template.filled(with: ["return_to": returnTo ?? "", "appid": appID ?? ""])
    }

    /// `login.js`, the code of the page. Expects `widget` before it.
    public static let script = Asset(PackageResources.login_js, mediaType: "text/javascript; charset=utf-8")

    /// `login.css`, the style of the page.
    public static let style = Asset(PackageResources.login_css, mediaType: "text/css; charset=utf-8")

    /// `wxgate.js`, the widget: for this page and for any page elsewhere.
    public static let widget = Asset(PackageResources.wxgate_js, mediaType: "text/javascript; charset=utf-8")

    private static let template = HTMLTemplate(PackageResources.login_html)
}
