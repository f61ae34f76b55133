import HTTPClient

extension ConnectionObstacle {
    /// libcurl's numbers (libcurl-errors(3)).
    private static let peerFailedVerification: UInt32 = 60
    private static let authoritiesUnusable: UInt32 = 77

    /// What kept TLS from coming about.
    static func tls(_ error: ClientError, caFile: String?) -> ConnectionObstacle {
        switch error.curlCode {
        case authoritiesUnusable?: authorities(caFile)
        case peerFailedVerification?: certificate(error.trace?.certificateFault, caFile: caFile)
        default: noTLS
        }
    }

    private static func authorities(_ caFile: String?) -> ConnectionObstacle {
        guard let caFile else {
            return ConnectionObstacle(
                check: .ca,
                text: "the system's certificate authorities cannot be read",
                remedy: "install the package ca-certificates, or set WXGATE_WECHAT_CA_FILE"
            )
        }
        return ConnectionObstacle(
            check: .ca,
            text: "\(caFile) is no usable file of certificate authorities",
            remedy: "give WXGATE_WECHAT_CA_FILE a PEM file that this user can read, or leave it unset for the system's"
        )
    }

    private static var noTLS: ConnectionObstacle {
        ConnectionObstacle(
            check: .tls,
            text: "the other end does not agree on TLS 1.2 or later",
            remedy: "check port and scheme in WXGATE_WECHAT_URLS, and look for a proxy on the way"
        )
    }

    /// - Parameter fault: `X509_V_ERR_…` (openssl-verification-options(1), x509_vfy.h).
    private static func certificate(_ fault: Int?, caFile: String?) -> ConnectionObstacle {
        let (text, remedy) =
            switch fault {
            case nil, 62, 64:
                (
                    "the certificate is good, but not for this host name",
                    "check the host in WXGATE_WECHAT_URLS; if it is right, something else answers in its place"
                        + " (DNS, proxy)"
                )
            case 10, 12:
                (
                    "the certificate is expired",
                    "check this host's clock; if it is right, the certificate of the other end must be renewed"
                )
            case 9, 11: ("the certificate is not valid yet", "check this host's clock: it seems to be behind")
            case 23: ("the certificate is revoked", "do not go on: something else may answer in WeChat's place")
            case 2, 18, 19, 20, 21:
                (
                    "the certificate is of an authority that is not trusted",
                    caFile == nil
                        ? "update ca-certificates; if a company proxy inspects TLS, put its authority into a file and"
                            + " name that in WXGATE_WECHAT_CA_FILE"
                        : "WXGATE_WECHAT_CA_FILE must contain the authority of this certificate; for WeChat itself leave"
                            + " it unset"
                )
            case let number?:
                (
                    "the certificate is not accepted (X509 error \(number))",
                    "look at it with: openssl s_client -connect <host>:443"
                )
            }
        return ConnectionObstacle(check: .tls, text: text, remedy: remedy)
    }
}
