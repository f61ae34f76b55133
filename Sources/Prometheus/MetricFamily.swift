/// All series of one name. Whoever has it holds the registry's lock, or a copy.
struct MetricFamily: Sendable {
    /// What has the values.
    private enum Content: Sendable {
        case series([LabelText: any Series])
        case computed(@Sendable () -> [MetricSample])
    }

    let kind: MetricKind
    private var content: Content

    /// No series yet.
    init(kind: MetricKind) {
        self.kind = kind
        content = .series([:])
    }

    init(kind: MetricKind, _ samples: @escaping @Sendable () -> [MetricSample]) {
        self.kind = kind
        content = .computed(samples)
    }

    var isComputed: Bool {
        if case .computed = content { true } else { false }
    }

    /// Whether nothing is kept and nothing computed.
    var isEmpty: Bool {
        if case .series(let series) = content { series.isEmpty } else { false }
    }

    /// The kept series with these labels.
    subscript(labels: LabelText) -> (any Series)? {
        if case .series(let series) = content { series[labels] } else { nil }
    }

    /// Adds a series; nothing happens to a family that is computed.
    mutating func add(_ added: any Series) {
        guard case .series(var series) = content else { return }
        // Or the dictionary would be copied.
        content = .series([:])
        series[added.id.labels] = added
        content = .series(series)
    }

    /// Takes a series out; false when it, itself, is not in.
    mutating func remove(_ removed: any Series) -> Bool {
        guard case .series(var series) = content, series[removed.id.labels] === removed else { return false }
        content = .series([:])
        series[removed.id.labels] = nil
        content = .series(series)
        return true
    }

    /// Adds the family's lines; none when there is no series.
    ///
    /// - Parameter samplesMax: more than that are left out.
    func write(_ name: String, help: String?, samplesMax: Int, to text: inout ExpositionText) {
        switch content {
        case .series(let series):
            guard !series.isEmpty else { return }
            text.begin(name, kind, help: help)
            for (_, series) in series.sorted(by: { $0.key < $1.key }) { series.write(to: &text) }
        case .computed(let samples):
            var values: [LabelText: Double] = [:]
            // Two lines for one series would make the whole text invalid.
            for sample in samples().prefix(samplesMax) {
                let labels = LabelText(sample.labels)
                if values[labels] == nil { values[labels] = sample.value }
            }
            guard !values.isEmpty else { return }
            text.begin(name, kind, help: help)
            for (labels, value) in values.sorted(by: { $0.key < $1.key }) {
                text.sample(name, labels: labels, value: value)
            }
        }
    }
}
