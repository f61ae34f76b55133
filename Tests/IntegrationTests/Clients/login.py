"""Logs in through the gateway with requests: python login.py BASE CODE CODE."""

import sys

import requests

base, first, second = sys.argv[1:]


def expect(condition, reply):
    if not condition:
        sys.exit(f"unexpected: {reply.status_code} {reply.text}")


with requests.Session() as session:
    login = session.post(f"{base}/api/v1/wx/login", json={"code": first, "nonce": "p"}, timeout=10)
    expect(login.status_code == 200 and login.json()["token_type"] == "Bearer", login)
    repeat = session.post(f"{base}/api/v1/wx/login", json={"code": first, "nonce": "p"}, timeout=10)
    expect(repeat.status_code == 200 and repeat.json()["token"] == login.json()["token"], repeat)
    bearer = {"Authorization": "Bearer " + login.json()["token"]}
    check = session.get(f"{base}/api/v1/wx/session", headers=bearer, timeout=10)
    expect(check.status_code == 200 and check.json()["openid"] == login.json()["openid"], check)
    form = session.post(f"{base}/api/v1/wx/login", data={"code": second, "device": "ä+ &%"}, timeout=10)
    expect(form.status_code == 200, form)
    query = session.get(f"{base}/api/v1/wx/login", params={"code": second}, timeout=10)
    expect(query.status_code == 400 and query.json()["error"] == "code_used", query)
    expect(query.headers["content-type"] == "application/problem+json", query)
    # A body in parts goes out chunked.
    parts = session.post(
        f"{base}/api/v1/wx/login",
        data=iter([b'{"code":', b'"unknown"}']),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    expect(parts.status_code == 400 and parts.json()["error"] == "invalid_code", parts)
    head = session.head(f"{base}/healthz", timeout=10)
    expect(head.status_code == 200 and head.text == "", head)
    logout = session.post(f"{base}/api/v1/wx/logout", headers=bearer, timeout=10)
    expect(logout.status_code == 204 and logout.text == "", logout)
    after = session.get(f"{base}/api/v1/wx/session", headers=bearer, timeout=10)
    expect(after.status_code == 401 and after.json()["reason"] == "logged_out", after)
print("good", requests.__version__)
