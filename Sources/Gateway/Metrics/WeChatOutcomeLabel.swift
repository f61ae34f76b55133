internal import WeChat

/// The values of the label `errcode`, numbered from 0 without gaps, so that handles can stand in an array.
enum WeChatOutcomeLabel {
    /// What is no errcode: the first values.
    private enum Fixed: Int, CaseIterable {
        case success, timeout, connection, invalid, overloaded, cancelled, other

        var name: String { self == .success ? "0" : "\(self)" }
    }

    /// The errcodes that the calls of this API are known to give (pages of the calls); others are `other`, so that WeChat
    /// cannot make series without end.
    static let errcodes = [
        -1, 40001, 40002, 40003, 40013, 40014, 40029, 40066, 40097, 40125, 40129, 40159, 40163, 40164, 40165, 40169,
        40212,
        40226, 40243, 41001, 41002, 41004, 41008, 41030, 42001, 43002, 44002, 44990, 44991, 44993, 45009, 45011, 45029,
        45063, 47001, 48001, 50002, 76021, 76022, 85079, 85096, 85401, 85402, 85407, 85408, 87007, 87008, 87009, 89501,
        89503, 89506, 89507,
    ]
    /// All values; the place of one is its number.
    static let names = Fixed.allCases.map(\.name) + errcodes.map { "\($0)" }
    /// Those that a counter shows before they happen, so that `rate()` sees the first of them too.
    static let expected = [
        number(of: .success), number(of: .timeout), number(of: .connection), number(of: .refused(errcode: -1)),
    ]

    private static let numbers = Dictionary(
        uniqueKeysWithValues: errcodes.enumerated().map { ($1, Fixed.allCases.count + $0) }
    )

    /// The number of the value for an outcome.
    static func number(of outcome: WeChatCallOutcome) -> Int {
        switch outcome {
        case .success: Fixed.success.rawValue
        case .refused(let errcode): numbers[errcode] ?? Fixed.other.rawValue
        case .timeout: Fixed.timeout.rawValue
        case .connection: Fixed.connection.rawValue
        case .invalidReply: Fixed.invalid.rawValue
        case .overloaded: Fixed.overloaded.rawValue
        case .cancelled: Fixed.cancelled.rawValue
        }
    }
}
