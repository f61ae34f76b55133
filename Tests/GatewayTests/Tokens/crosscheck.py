"""Signs and verifies tokens with PyJWT, for TokenCrosscheckTests.

Reads one JSON object from standard input: "algorithm", "signing_key" (a PEM text, or for HS256 hex), "jwks" (the text
of our JWKS document, or null for HS256), "verify" (a list of tokens) and "sign" (a list of {"headers", "claims"}).
Writes one with "verified" (claims, or {"error": name of the exception}), "signed" and "thumbprints" (of the keys in
"jwks", by RFC 7638).
"""

import base64
import hashlib
import json
import sys

import jwt

REQUIRED = {"EC": ["crv", "kty", "x", "y"], "OKP": ["crv", "kty", "x"]}


def verify(token, algorithm, key_of):
    try:
        header = jwt.get_unverified_header(token)
        if header["alg"] != algorithm or header["typ"] != "JWT":
            return {"error": "header"}
        key = key_of(header["kid"])
        if key is None:
            return {"error": "kid"}
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience="wx4f4bc4dec97d474b",
            issuer="wxgate",
            options={"require": ["iss", "sub", "aud", "sid", "jti", "channel", "iat", "exp"]},
        )
        return {"kid": header["kid"], **claims}
    except jwt.PyJWTError as error:
        return {"error": type(error).__name__}


def thumbprint(key):
    text = json.dumps({name: key[name] for name in REQUIRED[key["kty"]]}, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def main():
    order = json.load(sys.stdin)
    algorithm = order["algorithm"]
    signing_key = order["signing_key"]
    thumbprints = []
    if algorithm == "HS256":
        signing_key = bytes.fromhex(signing_key)

        def key_of(kid):
            return signing_key
    else:
        # Read by PyJWT from our document and nothing else: what another service has.
        keys = {key.key_id: key for key in jwt.PyJWKSet.from_json(order["jwks"]).keys}
        key_of = keys.get
        thumbprints = [thumbprint(key) for key in json.loads(order["jwks"])["keys"]]
    answer = {
        "verified": [verify(token, algorithm, key_of) for token in order["verify"]],
        "signed": [
            jwt.encode(item["claims"], signing_key, algorithm=algorithm, headers=item["headers"])
            for item in order["sign"]
        ],
        "thumbprints": thumbprints,
    }
    json.dump(answer, sys.stdout)


main()
