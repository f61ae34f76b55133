import Gateway

enum TokenAlgorithm: String, CaseIterable, Sendable { case hs256 = "HS256", es256 = "ES256", eddsa = "EdDSA" }
