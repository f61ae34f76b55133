import HTTP
import HTTPServer
import Logging
import UV

/// Answers the requests of one loop: asks the rules, waits as long as they say, and delivers as they say.
///
/// Loop-confined. There are no decisions here.
final class SimulatorResponder: Responder {
    private let simulator: Simulator
    private let loop: EventLoop
    private let logger: Logger
    private let phone: PhoneRelay

    /// The one path whose bodies are pictures.
    private static let readPath = "/sim/phone/read"
    private static let relayPath = "/sim/phone/request"
    /// Of every other body; a list of a thousand pages fits.
    private static let bodyBytesMax = 65_536
    private static let foreign = ControlReply(error: "forbidden", status: 403, detail: "not for other pages")
    private static let tooLarge = Response(
        ControlReply(error: "payload_too_large", status: 413, detail: "the body has more than \(bodyBytesMax) bytes")
    )

    /// A body above this is sent in parts, because a connection queues at most 1 MiB.
    private static let partBytesMax = 65_536
    /// 16 MB a second: what reads more slowly than that loses the connection, which is as good a test.
    private static let partMilliseconds: UInt64 = 4

    init(_ simulator: Simulator, on loop: EventLoop, logger: Logger) {
        self.simulator = simulator
        self.loop = loop
        self.logger = logger
        phone = PhoneRelay(to: simulator.gateway, on: loop)
    }

    /// Ends what the phone waits for; behind the server, which may still have asked for it. On the loop.
    func close() {
        phone.close()
    }

    func respond(to request: Request, with writer: consuming ResponseWriter) async {
        if request.body.count > Self.bodyBytesMax, request.path != Self.readPath { return writer.send(Self.tooLarge) }
        if request.path == Self.relayPath { return await relay(request, with: writer) }
        if request.path.hasPrefix(ControlEndpoint.prefix) { return control(request, with: writer) }
        if let page = PhonePage.response(to: request) { return writer.send(page) }
        let plan = simulator.plan(WeChatCall(request))
        // The query holds secret and code: never logged.
        logger.debug("request", metadata: ["path": "\(request.path)", "delivery": "\(plan.delivery.summary)"])
        if plan.delayMilliseconds > 0 {
            do {
                try await loop.sleep(milliseconds: plan.delayMilliseconds)
            } catch {
                return writer.close()
            }
        }
        await deliver(plan.delivery, with: writer)
    }

    private func control(_ request: Request, with writer: consuming ResponseWriter) {
        let reply = simulator.control(
            request.method.rawValue,
            request.path,
            query: request.query,
            body: request.body
        )
        send(reply, to: request, with: writer)
    }

    private func relay(_ request: Request, with writer: consuming ResponseWriter) async {
        guard request.method == .post else {
            return send(ControlEndpoint.methodNotAllowed("POST"), to: request, with: writer)
        }
        // Any page may send a form here, but only ours is to reach the gateway from a place that it takes for the phone.
        guard ["same-origin", "none"].contains(request.headers.first("sec-fetch-site") ?? "none") else {
            return send(Self.foreign, to: request, with: writer)
        }
        do throws(SimulatorRefusal) {
            let asked = try PhoneRequest(request.body)
            send(await phone.reply(to: asked), to: request, with: writer)
        } catch {
            send(ControlReply(error), to: request, with: writer)
        }
    }

    private func send(_ reply: ControlReply, to request: Request, with writer: consuming ResponseWriter) {
        logger.debug("control", metadata: ["path": "\(request.path.prefix(12))", "status": "\(reply.status)"])
        writer.send(Response(reply))
    }

    private func deliver(_ delivery: ReplyPlan.Delivery, with writer: consuming ResponseWriter) async {
        switch delivery {
        case .send(let reply) where reply.body.count > Self.partBytesMax:
            await sendParts(of: reply, bytes: Self.partBytesMax, everyMilliseconds: Self.partMilliseconds, with: writer)
        case .send(let reply):
            writer.send(Response(reply))
        case .sendThenClose(let reply):
            writer.send(Response(reply), closesSilently: true)
        case .sendHalf(let reply):
            let (head, body) = Self.encoded(reply, persistence: .implied)
            writer.sendPart(head + body.prefix(body.count / 2))
            writer.close()
        case .drip(let reply, let bytes, let every):
            await sendParts(of: reply, bytes: bytes, everyMilliseconds: every, with: writer)
        case .hang:
            // Ends when the client hangs up, which cancels the task, or when the server does.
            _ = await Completion<Void>(on: loop).value()
            writer.close()
        case .reset:
            writer.reset()
        case .close:
            writer.close()
        }
    }

    private func sendParts(
        of reply: WeChatReply,
        bytes: Int,
        everyMilliseconds: UInt64,
        with writer: consuming ResponseWriter
    ) async {
        let (head, body) = Self.encoded(reply, persistence: .close)
        writer.sendPart(head)
        var rest = body[...]
        while !rest.isEmpty {
            writer.sendPart(Array(rest.prefix(bytes)))
            rest = rest.dropFirst(bytes)
            do {
                try await loop.sleep(milliseconds: everyMilliseconds)
            } catch {
                break
            }
        }
        writer.close()
    }

    /// The reply as it stands on the wire, cut between head and body.
    private static func encoded(
        _ reply: WeChatReply,
        persistence: ResponseEncoder.Persistence
    ) -> (head: [UInt8], body: [UInt8]) {
        let response = Response(reply)
        var bytes: [UInt8] = []
        ResponseEncoder.encode(
            response.status,
            headers: response.headers,
            body: response.body,
            persistence: persistence,
            into: &bytes
        )
        return (Array(bytes.dropLast(reply.body.count)), reply.body)
    }
}

extension WeChatCall {
    /// What the rules look at of a request.
    init(_ request: Request) {
        method = request.method.rawValue
        path = request.path
        query = request.query
        hasContentLength = request.method == .get || request.headers.contains("content-length")
        body = request.body
        host = request.headers.first("host")
        clientIP = request.peer.ip
    }
}

extension Response {
    fileprivate init(_ reply: ControlReply) {
        self = .json(reply.body, status: Status(code: reply.status))
        if let allow = reply.allow { headers.append(("Allow", allow)) }
    }

    fileprivate init(_ reply: WeChatReply) {
        self.init(
            status: Status(code: reply.status),
            headers: reply.contentType.map { [("Content-Type", $0)] } ?? [],
            body: reply.body
        )
    }
}

extension ReplyPlan.Delivery {
    /// What is done, without what is sent.
    fileprivate var summary: String {
        switch self {
        case .send(let reply): "send \(reply.status)"
        case .sendThenClose: "send, then close"
        case .sendHalf: "send half"
        case .drip: "drip"
        case .hang: "hang"
        case .reset: "reset"
        case .close: "close"
        }
    }
}
