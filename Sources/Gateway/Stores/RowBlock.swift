/// The block of memory of one row of a ``RowTable``, to the size of the row: half of its user's digest, the number, the
/// length, the bytes. Whoever makes one frees it, once, and has no copy of it left then.
/// Sendable as the row itself is: whose table it is in decides who may use it.
@safe struct RowBlock: @unchecked Sendable {
    private enum Offset {
        static let key = 0
        static let number = 8
        static let count = 16
        static let bytes = 20
    }

    private let start: UnsafeMutableRawPointer

    /// Takes a row, whose length has to fit 32 bits.
    init(_ bytes: Span<UInt8>, number: Int64, key: UInt64) {
        unsafe start = .allocate(byteCount: Self.capacity(bytes.count), alignment: 8)
        unsafe start.storeBytes(of: key, toByteOffset: Offset.key, as: UInt64.self)
        put(bytes, number)
    }

    /// Half of the digest.
    var key: UInt64 {
        unsafe start.load(fromByteOffset: Offset.key, as: UInt64.self)
    }

    /// Runs a body with the row.
    func read<Result>(_ body: (Span<UInt8>, _ number: Int64) -> Result) -> Result {
        let first = unsafe (start + Offset.bytes).assumingMemoryBound(to: UInt8.self)
        let bytes = unsafe UnsafeBufferPointer(start: first, count: count)
        return unsafe body(bytes.span, start.load(fromByteOffset: Offset.number, as: Int64.self))
    }

    /// Takes another row of the same user in place of the one before, here or in another block.
    mutating func replace(_ bytes: Span<UInt8>, number: Int64) {
        if Self.capacity(bytes.count) == Self.capacity(count) {
            put(bytes, number)
        } else {
            let next = RowBlock(bytes, number: number, key: key)
            free()
            self = next
        }
    }

    func free() {
        unsafe start.deallocate()
    }

    private var count: Int {
        Int(unsafe start.load(fromByteOffset: Offset.count, as: UInt32.self))
    }

    private func put(_ bytes: Span<UInt8>, _ number: Int64) {
        unsafe start.storeBytes(of: number, toByteOffset: Offset.number, as: Int64.self)
        unsafe start.storeBytes(of: UInt32(bytes.count), toByteOffset: Offset.count, as: UInt32.self)
        unsafe bytes.withUnsafeBytes { from in
            let row = unsafe UnsafeMutableRawBufferPointer(start: start + Offset.bytes, count: from.count)
            unsafe row.copyMemory(from: from)
        }
    }

    /// What to ask the allocator for: all of what it gives anyway, which is a multiple of 16 bytes less 8 (glibc). So a row
    /// that grows a little often stays where it is.
    private static func capacity(_ count: Int) -> Int {
        (Offset.bytes + count + 8 + 15) / 16 * 16 - 8
    }
}
