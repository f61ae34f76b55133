import Prometheus
import Testing

struct PrometheusRegistryTests {
    @Test
    func `a registry without metrics has no text`() {
        #expect(PrometheusRegistry().text().isEmpty)
    }
}
