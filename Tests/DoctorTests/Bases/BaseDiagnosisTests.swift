import Glibc
import HTTPClient
import Testing

@testable import Doctor

@Suite struct BaseDiagnosisTests {
    typealias Stage = ClientError.Trace.Stage

    static let refusal = #"{"errcode":41001,"errmsg":"access_token missing rid: 621361a0-517390f9-41f464e7"}"#

    private func diagnose(
        _ code: ClientError.Code,
        _ stage: Stage?,
        curl: UInt32? = nil,
        certificate: Int? = nil,
        errno number: Int32? = nil,
        base: String = "https://api.weixin.qq.com",
        caFile: String? = nil
    ) -> BaseDiagnosis {
        let trace = stage.map { ClientError.Trace(stage: $0, certificateFault: certificate, systemError: number) }
        let error = ClientError(code, requestSent: stage == .exchanging, curlCode: curl, trace: trace)
        return BaseDiagnosis(of: base, caFile: caFile, .failure(error), unixSeconds: 0)
    }

    private func diagnose(
        _ body: String,
        status: Int = 200,
        date: String? = "Thu, 22 Aug 2024 01:14:57 GMT",
        at unixSeconds: Int64 = 1_724_289_297,
        base: String = "https://api.weixin.qq.com"
    ) -> BaseDiagnosis {
        let response = ClientResponse(status: status, date: date, body: Array(body.utf8))
        return BaseDiagnosis(of: base, caFile: nil, .success(response), unixSeconds: unixSeconds)
    }

    private func lines(_ diagnosis: BaseDiagnosis) -> [String] { diagnosis.findings.map(\.description) }

    @Test func `all is well`() {
        let diagnosis = diagnose(Self.refusal)
        #expect(diagnosis.isUsable)
        let base = "https://api.weixin.qq.com"
        #expect(
            lines(diagnosis) == [
                "ok dns \(base): the host has an address", "ok tcp \(base): it takes a connection",
                "ok ca \(base): the system's authorities can be used", "ok tls \(base): its certificate is good",
                "ok http \(base): WeChat's API answers", "ok clock \(base): this host's clock agrees",
            ]
        )
    }

    @Test func `plain HTTP has no certificate to check`() {
        let diagnosis = diagnose(Self.refusal, base: "http://127.0.0.1:9")
        #expect(diagnosis.findings.map(\.status) == [.ok, .ok, .skip, .skip, .ok, .ok])
    }

    /// What fails, and what is skipped after it.
    @Test(
        arguments: [
            (.resolveFailed, .resolving, .dns, "does not resolve"),
            (.timedOut, .resolving, .dns, "name servers"),
            (.connectFailed, .connecting, .tcp, "no connection"),
            (.timedOut, .connecting, .tcp, "no connection in time"),
            (.timedOut, nil, .tcp, "no connection in time"),
            (.connectFailed, .securing, .tls, "ended before TLS"),
            (.timedOut, .securing, .tls, "TLS was not ready in time"),
            (.timedOut, .exchanging, .http, "no reply in time"),
            (.connectionLost, .exchanging, .http, "before the reply was complete"),
            (.malformedReply, .exchanging, .http, "not HTTP"),
            (.replyTooLarge, .exchanging, .http, "far larger"),
            (.internalFailure, nil, .http, "could not be made"),
        ] as [(ClientError.Code, Stage?, Check, String)]
    )
    func `the obstacle is told on its step`(code: ClientError.Code, stage: Stage?, check: Check, text: String) throws {
        let order: [Check] = [.dns, .tcp, .ca, .tls, .http, .clock]
        let findings = diagnose(code, stage).findings
        #expect(findings.map(\.check) == order)
        let place = try #require(order.firstIndex(of: check))
        #expect(findings[..<place].allSatisfy { $0.status == .ok })
        #expect(findings[place].status == .fail)
        #expect(findings[place].text.contains(text))
        #expect(findings[place].remedy?.isEmpty == false)
        #expect(findings[(place + 1)...].allSatisfy { $0.status == .skip && $0.text.contains(check.rawValue) })
    }

    @Test(arguments: [(ECONNREFUSED, "refused"), (ENETUNREACH, "no route"), (EHOSTUNREACH, "no route")])
    func `why there is no connection`(number: Int32, text: String) {
        let finding = diagnose(.connectFailed, .connecting, errno: number).findings[1]
        #expect(finding.text.contains(text))
    }

    @Test(
        arguments: [
            (nil, "not for this host name"), (62, "not for this host name"), (10, "expired"), (9, "not valid yet"),
            (18, "not trusted"), (19, "not trusted"), (20, "not trusted"), (21, "not trusted"), (23, "revoked"),
            (66, "X509 error 66"),
        ] as [(Int?, String)]
    )
    func `what is wrong with a certificate`(fault: Int?, text: String) {
        let findings = diagnose(.tlsFailed, .securing, curl: 60, certificate: fault).findings
        #expect(findings.map(\.status) == [.ok, .ok, .ok, .fail, .skip, .skip])
        #expect(findings[3].text.contains(text), "\(findings[3])")
        #expect(findings[3].remedy?.isEmpty == false)
    }

    @Test func `an unknown authority is remedied where it was chosen`() {
        let system = diagnose(.tlsFailed, .securing, curl: 60, certificate: 20).findings[3]
        #expect(system.remedy?.contains("ca-certificates") == true)
        let own = diagnose(.tlsFailed, .securing, curl: 60, certificate: 20, caFile: "/etc/ca.pem").findings
        #expect(own[2].text == "the authorities of /etc/ca.pem can be used")
        #expect(own[3].remedy?.hasPrefix("WXGATE_WECHAT_CA_FILE must contain") == true)
    }

    @Test func `a file of authorities that cannot be used`() {
        let own = diagnose(.tlsFailed, .securing, curl: 77, caFile: "/etc/ca.pem").findings
        #expect(own.map(\.status) == [.ok, .ok, .fail, .skip, .skip, .skip])
        #expect(own[2].text.contains("/etc/ca.pem"))
        let system = diagnose(.tlsFailed, .securing, curl: 77).findings
        #expect(system[2].remedy?.contains("install the package ca-certificates") == true)
    }

    @Test func `no TLS at all`() {
        let findings = diagnose(.tlsFailed, .securing, curl: 35).findings
        #expect(findings[3].status == .fail)
        #expect(findings[3].text.contains("TLS 1.2"))
    }

    @Test(arguments: ["<html>login</html>", "", "[]", "{}", "1", #"{"error":"x"}"#])
    func `what answers is not WeChat`(body: String) {
        let diagnosis = diagnose(body)
        #expect(!diagnosis.isUsable)
        #expect(diagnosis.findings.map(\.status) == [.ok, .ok, .ok, .ok, .fail, .ok])
        #expect(diagnosis.findings[4].text == "what answers is not WeChat's API")
    }

    @Test func `a proxy's page is not WeChat's, whatever is in it`() {
        let diagnosis = diagnose(Self.refusal, status: 502)
        #expect(!diagnosis.isUsable)
        #expect(diagnosis.findings[4].text.hasPrefix("HTTP status 502"))
    }

    /// How far we are ahead of 2024-08-22T01:14:57Z.
    @Test(
        arguments: [
            (0, .ok, "this host's clock agrees"), (30, .ok, "this host's clock is 30 s ahead"),
            (-30, .ok, "this host's clock is 30 s behind"), (31, .warn, "this host's clock is 31 s ahead"),
            (-31, .warn, "this host's clock is 31 s behind"), (300, .warn, "this host's clock is 300 s ahead"),
            (-301, .fail, "this host's clock is 301 s behind"), (86_400, .fail, "this host's clock is 86400 s ahead"),
        ] as [(Int64, Finding.Status, String)]
    )
    func `the clocks are compared`(ahead: Int64, status: Finding.Status, text: String) {
        let diagnosis = diagnose(Self.refusal, at: 1_724_289_297 + ahead)
        #expect(diagnosis.isUsable)
        let finding = diagnosis.findings[5]
        #expect(finding.status == status)
        #expect(finding.text == text)
        #expect(finding.remedy?.contains("synchronise") ?? false == (status != .ok))
    }

    @Test(arguments: [nil, "", "yesterday"]) func `a reply that tells no time says nothing of ours`(date: String?) {
        #expect(diagnose(Self.refusal, date: date).findings[5].status == .skip)
    }
}
