import WeChat

extension Diagnosis {
    private static let console = "mp.weixin.qq.com"

    /// By errcode: the facts are in WeChat's pages of the calls and the global list of return codes.
    static func misconfigured(_ refusal: WeChatRefusal) -> Diagnosis {
        switch refusal.errcode {
        case 40013, 41002:
            Diagnosis(
                .appID,
                "WeChat does not know this AppID (\(refusal))",
                remedy: "copy the AppID from \(console) (development settings) into WXGATE_APPID or WXGATE_APPS_FILE"
            )
        // On the calls that take the secret the three of a dead token mean the secret.
        case 40125, 41004, 40001, 40014, 42001:
            Diagnosis(
                .secret,
                "WeChat does not take the AppSecret (\(refusal))",
                remedy:
                    "copy the AppSecret, or make a new one, at \(console) (development settings) and set WXGATE_SECRET"
                    + " or WXGATE_APPS_FILE; making a new one ends the old one everywhere"
            )
        case 40243:
            Diagnosis(
                .frozen,
                "the AppSecret is frozen (\(refusal))",
                remedy: "unfreeze it at \(console) (development settings); that takes about 10 minutes to act"
            )
        case 40164:
            whiteList(refusal)
        case 41030:
            Diagnosis(
                .qrPage,
                "the published version has no such page (\(refusal))",
                remedy:
                    "publish a version with the page, or set WXGATE_QR_PAGE (qr_page in WXGATE_APPS_FILE) to one that"
                    + " is published; right after a release WeChat needs some minutes"
            )
        case 48001:
            Diagnosis(
                .account,
                "the app may not make this call (\(refusal))",
                remedy: "get the permission for it at \(console), for instance by verifying the account"
            )
        case 50002:
            account(refusal)
        default:
            (89500...89599).contains(refusal.errcode) ? risk(refusal) : unknown(refusal)
        }
    }

    /// Errcodes that the gateway treats as any other failure, but that are told apart here.
    static func unexpected(_ refusal: WeChatRefusal) -> Diagnosis {
        switch refusal.errcode {
        case 50004, 50007, 48004: account(refusal)
        case 61024:
            Diagnosis(
                .appID,
                "the AppID is one of a third-party platform, not of a mini-program (\(refusal))",
                remedy: "set WXGATE_APPID to the mini-program's own AppID"
            )
        default: unknown(refusal)
        }
    }

    private static func whiteList(_ refusal: WeChatRefusal) -> Diagnosis {
        let address = SeenAddress.text(in: refusal)
        return Diagnosis(
            .ipWhiteList,
            "the IP white list does not have this host's address"
                + (address.map { "; WeChat saw \($0)" } ?? "") + " (\(refusal))",
            remedy: "add \(address ?? "the address that WeChat saw") to the IP white list at \(console) (development"
                + " settings), or send WeChat's calls out through a listed address"
        )
    }

    private static func risk(_ refusal: WeChatRefusal) -> Diagnosis {
        let address = SeenAddress.text(in: refusal).map { " \($0)" } ?? ""
        return switch refusal.errcode {
        case 89501:
            Diagnosis(
                .ipRisk,
                "WeChat waits for the administrator to confirm this host's address\(address) (\(refusal))",
                remedy: "the app's administrator confirms in WeChat; then run this again after some minutes"
            )
        case 89503:
            Diagnosis(
                .ipRisk,
                "WeChat takes this host's address\(address) for a risk until the administrator confirms it (\(refusal))",
                remedy:
                    "the app's administrator has a message in WeChat now and confirms; then run this again after some"
                    + " minutes; an IP white list at \(console) spares the question"
            )
        case 89506:
            Diagnosis(
                .ipRisk,
                "the administrator refused this host's address\(address) twice: blocked for 24 hours (\(refusal))",
                remedy: "wait 24 hours or call from another address, and settle it with the app's administrator first"
            )
        case 89507:
            Diagnosis(
                .ipRisk,
                "the administrator refused this host's address\(address): blocked for 1 hour (\(refusal))",
                remedy: "wait 1 hour or call from another address; a second refusal blocks for 24 hours"
            )
        default:
            Diagnosis(
                .ipRisk,
                "WeChat's risk control refuses this host's address\(address) (\(refusal))",
                remedy: "ask the app's administrator for messages in WeChat, and set up the IP white list at \(console)"
            )
        }
    }

    private static func account(_ refusal: WeChatRefusal) -> Diagnosis {
        let text =
            switch refusal.errcode {
            case 50002: "the app's account is frozen or cancelled"
            case 50007: "the app's account is frozen"
            case 50004: "the app may not fetch access_tokens"
            default: "WeChat bans the app from this call as a penalty"
            }
        return Diagnosis(
            .account,
            "\(text) (\(refusal))",
            remedy: "read the messages of the account at \(console) and settle the matter with WeChat"
        )
    }

    private static func unknown(_ refusal: WeChatRefusal) -> Diagnosis {
        Diagnosis(
            nil,
            "WeChat refuses (\(refusal))",
            remedy: "look errcode \(refusal.errcode) up in WeChat's list of return codes"
        )
    }
}
