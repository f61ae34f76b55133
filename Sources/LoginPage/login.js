// The login page: shows the widget, or who is logged in already, and goes where the visitor was going.
(() => {
  "use strict";

  const TEXTS = {
    en: {
      page: "Log in",
      title: "Log in with WeChat",
      lead: (site) => `to continue to ${site}`,
      step1: "Scan the code or open WeChat",
      step2: "Check the site named on your phone",
      step3: "Confirm, and you are in",
      promise: "Your WeChat password never reaches this site.",
      loggedIn: "You are logged in.",
      continue: "Continue",
      another: "Use another account",
      logOut: "Log out",
      logOutFailed: "Logging out did not work. Please try again.",
      anonymous: "WeChat user",
    },
    zh: {
      page: "登录",
      title: "微信登录",
      lead: (site) => `登录后继续访问 ${site}`,
      step1: "扫描小程序码，或打开微信",
      step2: "核对手机上显示的网站",
      step3: "在手机上确认登录",
      promise: "本网站不会获取您的微信密码。",
      loggedIn: "您已登录。",
      continue: "继续",
      another: "使用其他账号",
      logOut: "退出登录",
      logOutFailed: "退出登录失败，请重试。",
      anonymous: "微信用户",
    },
  };
  const PROFILE = "wxgate.profile"; // of this tab, so that a reload still knows the name

  const language = WxGate.languageOf();
  const texts = TEXTS[language];
  const { appid } = document.body.dataset;
  const returnTo = webAddress(document.body.dataset.returnTo);
  const byId = (id) => document.getElementById(id);
  let widget = null;
  let token = null; // of a login on this very page; needed where the session's cookie is turned off

  /** The address as a URL of the web, or null. The server has checked it; a `javascript:` would still be fatal here. */
  function webAddress(address) {
    try {
      const url = new URL(address || "about:blank", location.href);
      return ["https:", "http:"].includes(url.protocol) ? url : null;
    } catch {
      return null;
    }
  }

  function writeTexts() {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    const site = returnTo?.host ?? location.host;
    document.title = `${texts.page} · ${site}`;
    byId("brand").textContent = location.hostname;
    byId("lead").textContent = texts.lead(site);
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];
    document.documentElement.dataset.ready = "";
  }

  function call(path, options) {
    return fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  }

  async function session() {
    const reply = await call("/api/v1/wx/session").catch(() => null);
    return reply?.ok ? reply.json().catch(() => null) : null;
  }

  // --- The profile: the session's own reply has no name

  function keepProfile(login) {
    const { openid, userInfo } = login;
    try {
      sessionStorage.setItem(PROFILE, JSON.stringify({ openid, userInfo }));
    } catch {} // a browser without storage forgets the name, no more
    return userInfo;
  }

  function keptProfile(openid) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(PROFILE));
      return kept?.openid === openid ? kept?.userInfo : null;
    } catch {
      return null;
    }
  }

  function dropProfile() {
    try {
      sessionStorage.removeItem(PROFILE);
    } catch {}
  }

  // --- The two faces of the page

  function showPortrait(address) {
    const picture = byId("avatar");
    const url = address ? webAddress(address) : null;
    picture.hidden = url?.protocol !== "https:";
    if (picture.hidden) picture.removeAttribute("src");
    else picture.src = url.href;
  }

  function showLoggedIn(profile) {
    widget?.destroy();
    widget = null;
    byId("user").textContent = profile?.nickName || texts.anonymous;
    showPortrait(profile?.avatarUrl);
    byId("problem").textContent = "";
    byId("continue").hidden = !returnTo;
    if (returnTo) byId("continue").href = returnTo.href;
    byId("login").hidden = true;
    byId("about").hidden = true;
    byId("logged-in").hidden = false;
    byId("card").classList.add("single");
  }

  function showLogin() {
    byId("logged-in").hidden = true;
    byId("about").hidden = false;
    byId("login").hidden = false;
    byId("card").classList.remove("single");
    widget?.destroy();
    widget = WxGate.mount(byId("login"), { appid, lang: language, onLogin, onError });
  }

  function onLogin(login) {
    token = login.token;
    const profile = keepProfile(login);
    if (returnTo) return location.replace(returnTo.href);
    showLoggedIn(profile);
    byId("logged-in").focus();
  }

  async function onError({ error }) {
    if (error !== "claimed") return;
    const found = await session(); // the login's reply got lost, its cookie perhaps did not
    if (found) showLoggedIn(keptProfile(found.openid));
  }

  async function logOut() {
    byId("log-out").disabled = true;
    const done = await endSession();
    byId("log-out").disabled = false;
    if (!done) return (byId("problem").textContent = texts.logOutFailed);
    token = null;
    dropProfile();
    showLogin();
    byId("login").focus();
  }

  async function endSession() {
    const path = "/api/v1/wx/logout";
    let reply = await call(path, { method: "POST" }).catch(() => null);
    if (reply?.status === 401 && token) {
      const headers = { Authorization: `Bearer ${token}` };
      reply = await call(path, { method: "POST", headers }).catch(() => null);
    }
    return reply?.ok || reply?.status === 401; // 401: it had ended before
  }

  async function open() {
    writeTexts();
    byId("avatar").addEventListener("error", () => (byId("avatar").hidden = true));
    byId("log-out").addEventListener("click", logOut);
    byId("another-account").addEventListener("click", () => {
      showLogin();
      byId("login").focus();
    });
    const found = await session();
    if (found) showLoggedIn(keptProfile(found.openid));
    else showLogin();
  }

  open();
})();
