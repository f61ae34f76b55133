import Gateway
import WeChat

extension App {
    /// The app that the settings describe; nil only if WeChat's client took fewer values than the settings allow.
    init?(_ settings: AppSettings) {
        guard let id = AppID(settings.appID), let secret = AppSecret(settings.secret.exposed) else { return nil }
        self.init(weChat: WeChatApp(id: id, secret: secret), site: settings.site, qrPage: settings.qrPage)
    }
}
