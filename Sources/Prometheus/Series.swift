/// One metric with one set of labels: what a kept handle writes to. Any thread.
protocol Series: AnyObject, Sendable {
    /// Lines that it adds.
    static var lineCount: Int { get }
    /// The family that it is in, and where.
    var id: SeriesID { get }

    /// Adds its lines.
    func write(to text: inout ExpositionText)
}

/// What one series differs in from every other.
struct SeriesID: Sendable {
    let name: String
    let labels: LabelText
}
