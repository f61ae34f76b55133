// Logs in through the gateway with Node's fetch: node login.mjs BASE CODE CODE.

const [base, first, second] = process.argv.slice(2);

async function call(path, options = {}) {
  const reply = await fetch(base + path, { ...options, signal: AbortSignal.timeout(10_000) });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: text ? JSON.parse(text) : undefined };
}

function expect(condition, reply) {
  if (condition) return;
  console.error("unexpected:", reply.status, reply.text);
  process.exit(1);
}

const json = { "content-type": "application/json" };
const logIn = (body) => call("/api/v1/wx/login", { method: "POST", headers: json, body: JSON.stringify(body) });

const login = await logIn({ code: first, nonce: "n" });
expect(login.status === 200 && login.json.token_type === "Bearer", login);
const repeats = await Promise.all(Array.from({ length: 20 }, () => logIn({ code: first, nonce: "n" })));
for (const repeat of repeats) expect(repeat.status === 200 && repeat.json.token === login.json.token, repeat);
const bearer = { authorization: `Bearer ${login.json.token}` };
const check = await call("/api/v1/wx/session", { headers: bearer });
expect(check.status === 200 && check.json.openid === login.json.openid, check);
const form = await call("/api/v1/wx/login", { method: "POST", body: new URLSearchParams({ code: second, device: "ä+ &%" }) });
expect(form.status === 200, form);
const query = await call(`/api/v1/wx/login?code=${second}`);
expect(query.status === 400 && query.json.error === "code_used", query);
const wrong = await call("/api/v1/wx/login", { method: "PATCH", body: "x" });
expect(wrong.status === 405 && wrong.headers.get("allow") === "GET, POST", wrong);
const logout = await call("/api/v1/wx/logout", { method: "POST", headers: bearer });
expect(logout.status === 204, logout);
const after = await call("/api/v1/wx/session", { headers: bearer });
expect(after.status === 401 && after.json.reason === "logged_out", after);
console.log("good", process.version);
