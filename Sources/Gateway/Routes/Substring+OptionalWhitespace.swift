extension Substring {
    /// Without the optional whitespace around a list element or parameter (RFC 9110 section 5.6.3); what is inside stays.
    func trimmingOptionalWhitespace() -> Substring {
        var rest = self
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
