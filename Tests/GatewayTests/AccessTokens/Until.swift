import Testing
import UV

/// Looks again and again until the condition holds, while the loop works; fails after ten seconds.
func until(
    on loop: EventLoop,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) async throws {
    for _ in 0..<10_000 {
        if try condition() { return }
        try await loop.sleep(milliseconds: 1)
    }
    Issue.record("waited in vain", sourceLocation: sourceLocation)
}
