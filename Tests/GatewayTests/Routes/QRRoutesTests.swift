import FoundationEssentials
import HTTP
import HTTPServer
import Logging
import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// `POST /api/v1/qr`, its picture, and the phone's side (contract section 4).
@Suite struct QRRoutesTests {
    private struct Created: Decodable {
        let ticket: String
        let secret: String
        let scene: String
        let image: String?
        let image_url: String?
        let link: String?
        let expires_in: Int
    }

    private let fixture: QRFixture
    private let tickets: QRTicketRoute
    private let phone: QRPhoneRoute

    init() throws {
        fixture = try QRFixture()
        let addresses = ClientAddresses(trusted: [], logger: fixture.users.log.logger())
        tickets = QRTicketRoute(
            apps: fixture.users.apps,
            addresses: addresses,
            service: fixture.service,
            site: "configured",
            listedOrigin: { request throws(GatewayError) in
                let origin = request.headers.first("origin")
                if origin == "https://evil.example" { throw .forbidden("no") }
                return origin
            },
            cookie: { id, secret, life, _ in ("Set-Cookie", "\(id.text)=\(secret.text) \(life)") }
        )
        phone = QRPhoneRoute(sessions: fixture.users.sessions, addresses: addresses, service: fixture.service)
    }

    private func create(_ headers: Headers = Headers(), json: String = "{}") async throws -> (Response, Created) {
        var headers = headers
        headers.append("Content-Type", "application/json")
        let request = try GatewaySamples.request(.post, "/api/v1/qr", headers: headers, body: json)
        let response = try await tickets.create(request)
        return (response, try JSONDecoder().decode(Created.self, from: Data(response.body)))
    }

    private func call(
        _ handler: (Request) async throws -> Response,
        _ json: String,
        token: String? = nil
    ) async throws -> String {
        let token = if let token { token } else { try await fixture.users.logIn() }
        let request = try GatewaySamples.authorized(.post, "/", token, json: json)
        return await line { try await handler(request) }
    }

    // MARK: - The browser

    @Test func `a ticket comes with secret, scene, picture and cookie`() async throws {
        let (response, created) = try await create()
        #expect(response.status == .created)
        #expect(response.headers.contains { $0 == ("Cache-Control", "no-store") })
        #expect(response.headers.contains { $0 == ("Set-Cookie", "\(created.ticket)=\(created.secret) 120") })
        #expect(created.ticket.count == 22 && created.scene.count == 22 && created.secret.count == 43)
        #expect(Set([created.ticket, created.scene, created.secret]).count == 3)
        #expect(created.image == "data:image/jpeg;base64,/9j/AQ==")
        #expect(created.image_url == "/api/v1/qr/\(created.ticket)/image")
        #expect(created.link == nil && created.expires_in == 120)
    }

    @Test func `a link comes in place of the picture`() async throws {
        let (_, created) = try await create(json: #"{"via":"link"}"#)
        #expect(created.link == "https://wxaurl.example/\(created.scene)")
        #expect(created.image == nil && created.image_url == nil && created.expires_in == 60)
        let gone = await line {
            try await tickets.image(try GatewaySamples.request(.get), ticket: created.ticket[...])
        }
        #expect(gone.hasPrefix("410 qr_expired"))
    }

    @Test(arguments: [#"{"via":"smoke"}"#, #"{"via":1}"#, "[]"]) func `a bad member is refused`(json: String)
        async throws
    {
        await #expect(throws: GatewayError.self) { try await create(json: json) }
        #expect(fixture.shared.store.ticketCount == 0)
    }

    @Test func `another app and another origin are refused`() async throws {
        #expect(await outcome { _ = try await create(json: #"{"appid":"wx0000000000000000"}"#) } == "unknown_app")
        #expect(await outcome { _ = try await create(["Origin": "https://evil.example"]) } == "forbidden")
        #expect(fixture.shared.store.ticketCount == 0)
    }

    @Test func `the picture needs no secret, and goes with the scan`() async throws {
        let (_, created) = try await create()
        let request = try GatewaySamples.request(.get)
        let image = try await tickets.image(request, ticket: created.ticket[...])
        #expect(image.status == .ok && image.body == [0xFF, 0xD8, 0xFF, 1])
        #expect(image.headers.contains { $0 == ("Content-Type", "image/jpeg") })
        #expect(image.headers.contains { $0 == ("Cache-Control", "no-store") })
        _ = try await call(phone.scan, #"{"scene":"\#(created.scene)"}"#)
        for name in [created.ticket, "x", "", try QRSamples.nonce().text] {
            #expect(await line { try await tickets.image(request, ticket: name[...]) }.hasPrefix("410 qr_expired"))
        }
    }

    // MARK: - The phone

    @Test func `the context says what is known, and null for what is not`() async throws {
        let (_, known) = try await create(["Origin": "https://shop.example", "User-Agent": "Fire\u{7f}fox"])
        let scan = try await call(phone.scan, #"{"scene":"\#(known.scene)","launch_scene":1047}"#)
        #expect(
            scan.hasSuffix(
                #""context":{"site":"https://shop.example","ip":"192.0.2.1","user_agent":"Firefox","#
                    + #""created_at":"2023-11-14T22:13:20Z","same_address":true}}"#
            )
        )
        #expect(scan.hasPrefix(#"200 {"status":"scanned","nonce":""#))
        // Never by what Host says; an address that somebody claims counts for nothing.
        let (_, unknown) = try await create(["Host": "bank.example", "X-Forwarded-For": "192.0.2.1"])
        let other = try await call(phone.scan, #"{"scene":"\#(unknown.scene)","launch_scene":"1047"}"#)
        #expect(
            other.hasSuffix(
                #""context":{"site":"configured","ip":null,"user_agent":null,"created_at":"2023-11-14T22:13:20Z","#
                    + #""same_address":null}}"#
            )
        )
    }

    @Test func `a long user agent is cut`() async throws {
        let (_, created) = try await create(["User-Agent": String(repeating: "a", count: 1_000)])
        let scan = try await call(phone.scan, #"{"scene":"\#(created.scene)"}"#)
        #expect(scan.contains("\"\(String(repeating: "a", count: 256))\""))
    }

    @Test func `scan, confirm and cancel answer with the status`() async throws {
        let token = try await fixture.users.logIn()
        for (decide, status) in [(phone.confirm, "confirmed"), (phone.cancel, "cancelled")] {
            let (_, created) = try await create()
            let scan = try await call(phone.scan, #"{"scene":"\#(created.scene)"}"#, token: token)
            let nonce = try #require(scan.split(separator: "\"").dropFirst(7).first)
            let body = #"{"scene":"\#(created.scene)","nonce":"\#(nonce)"}"#
            for _ in 0..<2 { #expect(try await call(decide, body, token: token) == #"200 {"status":"\#(status)"}"#) }
        }
    }

    @Test func `a missing nonce is a wrong one, a missing scene is said`() async throws {
        let token = try await fixture.users.logIn()
        let (_, created) = try await create()
        _ = try await call(phone.scan, #"{"scene":"\#(created.scene)"}"#, token: token)
        for decide in [phone.confirm, phone.cancel] {
            let body = #"{"scene":"\#(created.scene)"}"#
            #expect(try await call(decide, body, token: token).hasPrefix("403 forbidden"))
        }
        for handler in [phone.scan, phone.confirm, phone.cancel] {
            #expect(try await call(handler, "{}", token: token) == "400 invalid_request: scene is missing.")
        }
    }

    @Test(arguments: [#""x""#, "-1", "1047.5", "100000", "true"])
    func `a launch scene that is none is refused by name`(value: String) async throws {
        let (_, created) = try await create()
        let reply = try await call(phone.scan, #"{"scene":"\#(created.scene)","launch_scene":\#(value)}"#)
        #expect(reply == "400 invalid_request: launch_scene is not a whole number from 0 to 99999.")
    }

    @Test func `the phone shows its token in the header, and a cookie is none`() async throws {
        let token = try await fixture.users.logIn()
        for handler in [phone.scan, phone.confirm, phone.cancel] {
            let headers: Headers = ["Cookie": "wxgate_session=\(token)"]
            let request = try GatewaySamples.request(.post, headers: headers)
            #expect(await line { try await handler(request) } == "401 invalid_token: No bearer token was sent.")
        }
    }

    @Test func `who is over a limit is told when to come again`() async throws {
        let fixture = try QRFixture(tickets: 0)
        do {
            _ = try await fixture.create()
            Issue.record("made")
        } catch let error as GatewayError {
            #expect(error.problem.status == .tooManyRequests)
            #expect(error.problem.headers.contains { $0 == ("Retry-After", "60") })
        }
    }
}
