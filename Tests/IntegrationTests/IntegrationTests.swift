import Testing

/// Gateway and simulator in one process, over real sockets; one test at a time, because some of them measure time and
/// others take all descriptors there are.
@Suite(.serialized) enum IntegrationTests {}
