/// What one name stands for in a request. Forms and queries have texts only.
enum RequestMember: Equatable {
    case absent
    /// Several members have the name.
    case repeated
    case text(String)
    case boolean(Bool)
    /// A number without fraction and exponent, of at most 18 digits.
    case integer(Int)
    case null
    case other
}
