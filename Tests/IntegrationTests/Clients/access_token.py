"""Uses WeChat's API as an SDK does: python access_token.py TOKENS SECRET WECHAT APPID KIND.

TOKENS is the base URL from which access_tokens come: WeChat itself with the app's secret, or wxgate with a key. Nothing else
differs. WECHAT is where the API itself is called.
"""

import sys
import time

import requests

tokens, secret, wechat, appid, kind = sys.argv[1:]
DEAD = {40001, 40014, 42001}


class WeChatError(Exception):
    def __init__(self, errcode, errmsg):
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode


class Client:
    """The usual one: a token is fetched when there is none or its time is over, and once more when it turns out dead."""

    def __init__(self, kind):
        self.session = requests.Session()
        self.kind = kind
        self.token = None
        self.expires_at = 0.0
        self.fetches = 0

    def decode(self, reply):
        reply.raise_for_status()
        result = reply.json()
        if result.get("errcode"):
            raise WeChatError(result["errcode"], result["errmsg"])
        return result

    def fetch(self, force=False, **changes):
        members = {"grant_type": "client_credential", "appid": appid, "secret": secret, **changes}
        self.fetches += 1
        if self.kind == "legacy":
            reply = self.session.get(f"{tokens}/cgi-bin/token", params=members, timeout=10)
        else:
            members["force_refresh"] = force
            reply = self.session.post(f"{tokens}/cgi-bin/stable_token", json=members, timeout=10)
        result = self.decode(reply)
        assert set(result) == {"access_token", "expires_in"}, result.keys()
        assert isinstance(result["expires_in"], int) and 60 <= result["expires_in"] <= 7200, result["expires_in"]
        self.token = result["access_token"]
        self.expires_at = time.time() + result["expires_in"]
        return result

    def current(self):
        if self.token is None or time.time() > self.expires_at - 60:
            self.fetch()
        return self.token

    def call(self):
        """An API call with the token, repeated once when WeChat says that the token is dead."""
        for attempt in range(2):
            reply = requests.get(
                f"{wechat}/cgi-bin/get_api_domain_ip", params={"access_token": self.current()}, timeout=10
            )
            try:
                return self.decode(reply)["ip_list"]
            except WeChatError as error:
                if attempt or error.errcode not in DEAD:
                    raise
                self.fetch(force=True)


def refused(client, **changes):
    try:
        client.fetch(**changes)
    except WeChatError as error:
        return error.errcode
    return None


client = Client(kind)
assert client.call()
first = client.token
assert client.call() and client.token == first and client.fetches == 1
assert refused(client, appid="wx0000000000000000") == 40013
assert refused(client, secret="no-such-secret-or-key") == 40125
assert refused(client, grant_type="password") == 40002
assert refused(client, secret=None) == 41004
assert client.call()
if kind == "stable":
    # WeChat takes the token back: whoever asks again gets the same one, until somebody forces.
    killed = requests.post(f"{wechat}/sim/access_tokens/expire", json={"kind": "stable", "appid": appid}, timeout=10)
    killed.raise_for_status()
    assert client.call() and client.token != first
print("good", requests.__version__)
