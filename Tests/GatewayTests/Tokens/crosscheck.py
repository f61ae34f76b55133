"""Signs and verifies tokens with PyJWT, for TokenCrosscheckTests.

Reads one JSON object from standard input: "key" (hex), "verify" (a list of tokens) and "sign" (a list of
{"headers", "claims"}); writes one with "verified" (claims, or {"error": name of the exception}) and "signed".
"""

import json
import sys

import jwt


def verify(token, key):
    try:
        header = jwt.get_unverified_header(token)
        if header["alg"] != "HS256" or header["typ"] != "JWT":
            return {"error": "header"}
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience="wx4f4bc4dec97d474b",
            issuer="wxgate",
            options={"require": ["iss", "sub", "aud", "sid", "jti", "channel", "iat", "exp"]},
        )
        return {"kid": header["kid"], **claims}
    except jwt.PyJWTError as error:
        return {"error": type(error).__name__}


def main():
    order = json.load(sys.stdin)
    key = bytes.fromhex(order["key"])
    answer = {
        "verified": [verify(token, key) for token in order["verify"]],
        "signed": [
            jwt.encode(item["claims"], key, algorithm="HS256", headers=item["headers"]) for item in order["sign"]
        ],
    }
    json.dump(answer, sys.stdout)


main()
