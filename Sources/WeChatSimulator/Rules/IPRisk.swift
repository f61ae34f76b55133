/// What WeChat's risk control thinks of the address that asks for an access_token; the raw value is the errcode.
public enum IPRisk: Int, CaseIterable, Sendable {
    /// An administrator must confirm the address first.
    case awaitsConfirmation = 89503
    /// An administrator refused twice: blocked for 24 hours.
    case refusedForADay = 89506
    /// An administrator refused once: blocked for an hour.
    case refusedForAnHour = 89507
}
