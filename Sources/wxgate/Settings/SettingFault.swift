/// What is wrong with a value, in words that never repeat the value: it may be a secret in the wrong place.
struct SettingFault: Error, Equatable {
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }
}
