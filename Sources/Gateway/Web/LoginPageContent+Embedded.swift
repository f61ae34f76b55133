internal import LoginPage

extension LoginPageContent {
    /// What is embedded in the binary.
    static let embedded = LoginPageContent(
        html: { LoginPage.html(returnTo: $0, appID: $1) },
        script: Asset(embedded: LoginPage.script),
        style: Asset(embedded: LoginPage.style),
        widget: Asset(embedded: LoginPage.widget)
    )
}

/// Within the extension the name is its own.
private typealias EmbeddedAsset = Asset

extension LoginPageContent.Asset {
    fileprivate init(embedded asset: EmbeddedAsset) {
        self.init(bytes: asset.bytes, mediaType: asset.mediaType, etag: asset.etag)
    }
}
