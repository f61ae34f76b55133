import Glibc
import HTTPClient

/// What was in the way of a request, on which step of it, and what to do.
struct ConnectionObstacle: Equatable, Sendable {
    let check: Check
    let text: String
    let remedy: String

    init(check: Check, text: String, remedy: String) {
        self.check = check
        self.text = text
        self.remedy = remedy
    }

    /// - Parameter caFile: the configured file of authorities; nil for the system's.
    init(_ error: ClientError, caFile: String?) {
        switch (error.code, error.trace?.stage) {
        case (.resolveFailed, _):
            self = Self.dns("the host name does not resolve")
        case (.timedOut, .resolving?):
            self = Self.dns("no answer from the name servers in time")
        case (.tlsFailed, _):
            self = Self.tls(error, caFile: caFile)
        case (.timedOut, .securing?):
            self.init(
                check: .tls,
                text: "connected, but TLS was not ready in time",
                remedy: "look for a firewall or proxy that inspects TLS; if the network is only slow, raise"
                    + " WXGATE_UPSTREAM_TIMEOUT_MS"
            )
        case (.timedOut, .exchanging?):
            self = Self.http("no reply in time")
        case (.timedOut, _):
            self.init(
                check: .tcp,
                text: "no connection in time",
                remedy: "packets vanish: allow this host to reach the port (firewall, security group, route)"
            )
        case (.connectFailed, .securing?):
            self.init(
                check: .tls,
                text: "the connection ended before TLS was ready",
                remedy: "look for a firewall or proxy on the way that ends TLS connections"
            )
        case (.connectFailed, _):
            self = Self.tcp(error.trace?.systemError)
        case (.connectionLost, _):
            self = Self.http("the connection ended before the reply was complete")
        case (.malformedReply, _):
            self = Self.http("the reply is not HTTP")
        case (.replyTooLarge, _):
            self = Self.http("the reply is far larger than any of WeChat's")
        case (.cancelled, _), (.closed, _), (.overloaded, _), (.invalidRequest, _), (.internalFailure, _):
            self = Self.http("the request could not be made: \(error)")
        }
    }

    private static func dns(_ text: String) -> ConnectionObstacle {
        ConnectionObstacle(
            check: .dns,
            text: text,
            remedy: "check the spelling in WXGATE_WECHAT_URLS, then /etc/resolv.conf and whether this host reaches its"
                + " name servers"
        )
    }

    private static func tcp(_ systemError: Int32?) -> ConnectionObstacle {
        switch systemError {
        case ECONNREFUSED?:
            ConnectionObstacle(
                check: .tcp,
                text: "the connection is refused",
                remedy: "check host and port in WXGATE_WECHAT_URLS; else a firewall refuses for the other end"
            )
        case ENETUNREACH?, EHOSTUNREACH?, EADDRNOTAVAIL?:
            ConnectionObstacle(
                check: .tcp,
                text: "there is no route to the host",
                remedy: "give this host a route to the internet (default gateway, NAT; IPv6 without a route)"
            )
        default:
            ConnectionObstacle(
                check: .tcp,
                text: "no connection",
                remedy: "allow this host to reach the port (firewall, security group, route)"
            )
        }
    }

    private static func http(_ text: String) -> ConnectionObstacle {
        ConnectionObstacle(
            check: .http,
            text: text,
            remedy: "check WXGATE_WECHAT_URLS and what stands between (proxy, firewall); if WeChat is slow, raise"
                + " WXGATE_UPSTREAM_TIMEOUT_MS"
        )
    }
}
