/// The members of the body that asks for a mini-program code. Null counts as missing, and unknown ones as nothing.
struct WXACodeMembers: Decodable {
    /// The colour of the lines. Each component is a number or its text, as WeChat's documentation shows both.
    struct LineColor {
        var red = 0
        var green = 0
        var blue = 0

        /// Nil when a component is not one of 0 to 255.
        var rgb: PNGImage.Color? {
            guard let red = UInt8(exactly: red), let green = UInt8(exactly: green), let blue = UInt8(exactly: blue)
            else { return nil }
            return PNGImage.Color(red: red, green: green, blue: blue)
        }
    }

    private(set) var scene: String?
    private(set) var page: String?
    private(set) var checksPath: Bool?
    private(set) var environment: String?
    private(set) var width: Double?
    private(set) var picksColor: Bool?
    private(set) var color = LineColor()
    private(set) var isTransparent: Bool?
    /// Whether a member is of another JSON type than it should be, which is another error than not being an object.
    private(set) var hasWrongType = false

    private enum CodingKeys: String, CodingKey {
        case scene, page, width
        case checksPath = "check_path"
        case environment = "env_version"
        case picksColor = "auto_color"
        case color = "line_color"
        case isTransparent = "is_hyaline"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        do {
            scene = try container.decodeIfPresent(String.self, forKey: .scene)
            page = try container.decodeIfPresent(String.self, forKey: .page)
            checksPath = try container.decodeIfPresent(Bool.self, forKey: .checksPath)
            environment = try container.decodeIfPresent(String.self, forKey: .environment)
            width = try container.decodeIfPresent(Double.self, forKey: .width)
            picksColor = try container.decodeIfPresent(Bool.self, forKey: .picksColor)
            color = try container.decodeIfPresent(LineColor.self, forKey: .color) ?? LineColor()
            isTransparent = try container.decodeIfPresent(Bool.self, forKey: .isTransparent)
        } catch {
            hasWrongType = true
        }
    }
}

extension WXACodeMembers.LineColor: Decodable {
    private enum CodingKeys: String, CodingKey {
        case red = "r"
        case green = "g"
        case blue = "b"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func component(_ key: CodingKeys) throws -> Int {
            if let text = try? container.decode(String.self, forKey: key) { return Int(text) ?? -1 }
            return try container.decodeIfPresent(Int.self, forKey: key) ?? 0
        }
        red = try component(.red)
        green = try component(.green)
        blue = try component(.blue)
    }
}
