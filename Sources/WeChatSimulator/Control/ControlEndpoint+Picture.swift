/// What a phone's camera sees.
extension ControlEndpoint {
    /// Reads a picture of gray bytes; a mini-program's code in it goes before any other code.
    static func readPicture(_ method: String, _ parameters: QueryParameters, pixels: [UInt8]) -> ControlReply {
        guard method == "POST" else { return methodNotAllowed("POST") }
        guard let width = parameters["width"].flatMap({ Int($0) }),
            let height = parameters["height"].flatMap({ Int($0) }),
            let image = GrayImage(width: width, height: height, pixels: pixels)
        else {
            return ControlReply(
                .invalid(
                    "width and height are 1 to \(GrayImage.sideMax), and the body has a byte of brightness for each pixel"
                )
            )
        }
        let found = QRCodeReader.texts(in: image).map(ScannedText.init)
        guard let scanned = found.first(where: { $0.scene != nil }) ?? found.first else {
            return ControlReply(error: "not_found", status: 404, detail: "there is no code in the picture")
        }
        return ControlReply { json in
            json.member("text", scanned.text)
            json.member("scene", scanned.scene)
            json.member("appid", scanned.appid)
        }
    }
}
