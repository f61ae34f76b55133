#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// libssl offers much of its interface as macros over untyped controls, which Swift cannot import. Each function here is
// one of them with its types. None locks: a context or session belongs to one thread.

/// SSL_CTX_set_min_proto_version(3): the lowest version that is spoken, such as TLS1_2_VERSION. 1 is success.
static inline int shim_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

/// SSL_CTX_set_max_proto_version(3): the highest version that is spoken, such as TLS1_3_VERSION. 1 is success.
static inline int shim_ctx_set_max_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_max_proto_version(context, version);
}

/// SSL_CTX_set_session_cache_mode(3): SSL_SESS_CACHE_… bits.
static inline void shim_ctx_set_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

/// SSL_CTX_set_mode(3): adds SSL_MODE_… bits.
static inline void shim_ctx_add_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

/// SSL_CTX_set_read_ahead(3): takes as much of the input as fits, instead of five bytes and then the rest of a record.
static inline void shim_ctx_read_ahead(SSL_CTX *context) {
    SSL_CTX_set_read_ahead(context, 1);
}

/// SSL_CTX_set_options(3) with SSL_OP_NO_RENEGOTIATION.
static inline void shim_ctx_refuse_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

/// SSL_set_tlsext_host_name(3): the name for SNI, which is copied. 1 is success.
static inline int shim_ssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// BIO_set_retry_read(3) after BIO_clear_retry_flags(3): nothing to read for now.
static inline void shim_bio_read_later(BIO *bio) {
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
}

/// BIO_clear_retry_flags(3): the last call did what it was asked for.
static inline void shim_bio_done(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

/// The ALPN list of the one protocol that is spoken (RFC 7301 section 3.1): a length and a name.
static const unsigned char shim_alpn_http1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// SSL_CTX_set_alpn_protos(3): a client offers HTTP/1.1. 1 is success, unlike libssl's own answer.
static inline int shim_ctx_offer_http1(SSL_CTX *context) {
    return SSL_CTX_set_alpn_protos(context, shim_alpn_http1, sizeof shim_alpn_http1) == 0;
}

/// Chooses HTTP/1.1 when it is offered, and refuses a client that offers only others (RFC 7301 section 3.2).
static inline int shim_alpn_select(SSL *session, const unsigned char **out, unsigned char *out_length,
                                   const unsigned char *in, unsigned int in_length, void *context) {
    (void)session;
    (void)context;
    int found = SSL_select_next_proto((unsigned char **)out, out_length, shim_alpn_http1, sizeof shim_alpn_http1, in,
                                      in_length);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// SSL_CTX_set_alpn_select_cb(3): a server speaks HTTP/1.1 and nothing else to a client that asks.
static inline void shim_ctx_select_http1(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, shim_alpn_select, NULL);
}
