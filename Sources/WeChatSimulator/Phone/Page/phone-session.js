// What the phone can do: ask the simulator, ask the gateway through it, and keep a session there.

import { text } from "./phone-texts.js";

/// A refusal or failure, told in the contract's terms.
export class Failure extends Error {
  constructor(status, data) {
    super(data.detail || data.error || String(status));
    this.status = status;
    this.error = data.error || "";
    this.data = data;
  }
}

export async function simulator(method, path, body, type) {
  let response;
  try {
    response = await fetch(path, { method, body, headers: type ? { "Content-Type": type } : {} });
  } catch {
    throw new Failure(0, { error: "simulator_unreachable", detail: text.simulatorGone });
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(response.status, data);
  return data;
}

export const post = (path, members) => simulator("POST", path, JSON.stringify(members), "application/json");

/// One wx.request of the mini-program; throws what is not 2xx.
export async function request(path, token, data) {
  const reply = await post("/sim/phone/request", { method: "POST", path, data, ...(token ? { token } : {}) });
  if (reply.status < 200 || reply.status > 299) throw new Failure(reply.status, reply.data);
  return reply.data;
}

// A phone keeps its tokens over a restart; a browser that allows no storage is a phone that forgets.
export function remembered(key) {
  try { return localStorage.getItem(`wxsim.${key}`); } catch { return null; }
}
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(`wxsim.${key}`);
    else localStorage.setItem(`wxsim.${key}`, value);
  } catch { /* forgets */ }
}

const tokenKey = (user, appid) => `token.${appid}.${user.openid}`;

async function logIn(user, appid) {
  const who = user.appid === appid && !user.user ? { openid: user.openid } : { user: user.user || user.openid };
  const { code } = await post("/sim/login", { ...who, appid });
  const login = await request("/api/v1/wx/login", null, { code, appid, device: `wxsim-phone-${user.openid}` });
  remember(tokenKey(user, appid), login.token);
  return login;
}

/// Calls with the user's token; without one, or with one that has ended, logs in first, once.
export async function authorized(user, appid, path, data) {
  const token = remembered(tokenKey(user, appid));
  if (token) {
    try {
      return await request(path, token, data);
    } catch (failure) {
      if (failure.status !== 401) throw failure;
      remember(tokenKey(user, appid), null);
    }
  }
  return request(path, (await logIn(user, appid)).token, data);
}
