import Gateway

enum AdminScope: String, CaseIterable, Sendable { case accessToken = "access_token", introspect, revoke, users, phone }
enum TokenAlgorithm: String, CaseIterable, Sendable { case hs256 = "HS256", es256 = "ES256", eddsa = "EdDSA" }
