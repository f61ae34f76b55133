/// What the control API answers: a status and JSON.
struct ControlReply: Equatable, Sendable {
    var status: UInt16 = 200
    /// The methods that the path has, on 405.
    var allow: String?
    var body: [UInt8]

    init(status: UInt16 = 200, allow: String? = nil, _ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        self.status = status
        self.allow = allow
        body = json.bytes
    }

    init(error: String, status: UInt16, detail: String, allow: String? = nil) {
        self.init(status: status, allow: allow) { json in
            json.member("error", error)
            json.member("detail", detail)
        }
    }

    init(_ refusal: SimulatorRefusal) {
        switch refusal {
        case .invalid, .unknownApp: self.init(error: "invalid_request", status: 400, detail: refusal.detail)
        case .full: self.init(error: "full", status: 409, detail: refusal.detail)
        }
    }
}
