/// The variables about web logins.
extension SettingVariable {
    static let site = SettingVariable(
        "WXGATE_SITE",
        default: .described("none, which is warned about"),
        "Name of the website that people see before they confirm a web login; site of WXGATE_APPS_FILE wins over it."
    )
    static let qrTTL = SettingVariable(
        "WXGATE_QR_TTL",
        default: .text("120"),
        "Seconds in which a web login has to be scanned; a scan adds 60."
    )
    static let qrPage = SettingVariable(
        "WXGATE_QR_PAGE",
        default: .text("pages/login/index"),
        "The mini-program's page that a web login opens; qr_page of WXGATE_APPS_FILE wins over it. Checked by --doctor."
    )
    static let qrEnvironment = SettingVariable(
        "WXGATE_QR_ENV_VERSION",
        default: .text("release"),
        "The mini-program's version that a web login opens: release, trial or develop."
    )
    static let qrPool = SettingVariable(
        "WXGATE_QR_POOL",
        default: .text("16"),
        "Fresh codes that are kept ready for each app; 0: none, so each web login waits for WeChat."
    )
    static let qrRefusedScenes = SettingVariable(
        "WXGATE_QR_REFUSED_SCENES",
        default: .text("1007,1008,1010,1012,1013,1036,1037,1044,1048,1049,1065,1069,1194"),
        "Launch scenes of the mini-program in which no web login is confirmed: albums, cards, links; set to nothing: none."
    )
    static let qrLink = SettingVariable(
        "WXGATE_QR_LINK",
        default: .text("on"),
        "Whether browsers on phones get a link in place of a code: on or off."
    )
    static let webCookie = SettingVariable(
        "WXGATE_WEB_COOKIE",
        default: .text("on"),
        "Whether a web login leaves its token in the browser as a cookie, for /auth/check: on or off."
    )
    static let returnOrigins = SettingVariable(
        "WXGATE_RETURN_ORIGINS",
        default: .described("none"),
        "Origins such as https://shop.example, separated by commas, to which return_to of /login may lead besides its own."
    )
    static let corsOrigins = SettingVariable(
        "WXGATE_CORS_ORIGINS",
        default: .described("none"),
        "Origins of pages elsewhere, separated by commas, that may log in here and show /login in a frame."
    )
    static let qrPollsPerIP = SettingVariable(
        "WXGATE_QR_POLLS_PER_IP",
        default: .text("0"),
        "Web logins that one address may wait for at once (IPv6: one /64); 0: off."
    )
    static let scansPerUser = SettingVariable(
        "WXGATE_RATE_SCANS_PER_USER",
        default: .text("30"),
        "Codes that are none which one user may scan in a minute; 0: off."
    )
    static let qrPerIP = SettingVariable(
        "WXGATE_RATE_QR_PER_IP",
        default: .text("60"),
        "Web logins that one address may begin in a minute (IPv6: one /64); 0: off."
    )
}
