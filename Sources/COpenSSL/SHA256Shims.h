#pragma once

#include <openssl/sha.h>

#pragma clang assume_nonnull begin

// The low-level SHA-256 of libcrypto (SHA256_Init(3)), deprecated since 3.0 in favour of EVP, of which we use the part
// that EVP has no equal for: a state of 112 bytes that is copied like any value, and costs nothing but its compressions.
// A code or a digest of a short text by it costs half of what a kept EVP context costs, a session check takes three.
// Callers do the padding (FIPS 180-4 section 5.1.1) and feed whole blocks.
//
// Only here are the warnings off; 3.x keeps the functions for its whole life, and should they go one day, EVP_Digest
// behind the same two functions is the way back.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

/// The state before the first block. 1 for success.
static inline int shim_sha256_start(SHA256_CTX *state) {
    return SHA256_Init(state);
}

/// Compresses `count` blocks of 64 bytes into the state. 1 for success.
static inline int shim_sha256_add(SHA256_CTX *state, const void *blocks, size_t count) {
    return SHA256_Update(state, blocks, count * SHA256_CBLOCK);
}

#pragma clang diagnostic pop
#pragma clang assume_nonnull end
