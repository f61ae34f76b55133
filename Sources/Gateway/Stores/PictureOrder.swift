/// Which tickets got their pictures first. Pictures that go in the midst leave a mark behind, and marks that mean nothing
/// are taken out together once they are as many as the others: that costs each picture a constant.
struct PictureOrder: Sendable {
    /// Below so many marks nothing is gained.
    private static let compactedFrom = 1_024

    private var ids: [QRTicketID] = []
    private var first = 0
    /// Marks that mean nothing, between `first` and the end.
    private var empty = 0

    /// How many marks take room; for tests.
    var markCount: Int { ids.count }

    /// A ticket got a picture.
    mutating func append(_ id: QRTicketID) { ids.append(id) }

    /// A ticket lost its picture otherwise than by ``removeFirst()``, or right after it.
    mutating func leave() { empty += 1 }

    /// The oldest mark, which may mean nothing.
    mutating func removeFirst() -> QRTicketID? {
        guard first < ids.count else { return nil }
        first += 1
        return ids[first - 1]
    }

    /// Takes out what means nothing, if that is worth while.
    mutating func compact(keeping hasPicture: (QRTicketID) -> Bool) {
        guard ids.count >= Self.compactedFrom, (first + empty) * 2 >= ids.count else { return }
        ids = ids[first...].filter(hasPicture)
        first = 0
        empty = 0
    }
}
