// The simulated phone: what WeChat and the mini-program on it would do, played by a person.
// Talks to wxsim only; what the mini-program asks of its server goes through POST /sim/phone/request, since a phone has no Origin.

const texts = {
  en: {
    title: "Simulated phone", subtitle: "WeChat, played by you", holder: "Who holds the phone", nickname: "Nickname of somebody new",
    add: "Add", scan: "Scan", picture: "Picture of a code", pictureHow: "Choose, drop or paste one; a screenshot of the login page will do",
    launch: "Launched by", fresh: "Or one of the codes just made", none: "None yet. Open the gateway's login page.",
    stock: "Newest first. A gateway keeps some codes in stock, so the first ones may be on no screen yet; a picture always is the right one.",
    s1047: "scanning a mini-program code (1047)", s1011: "scanning a QR code (1011)", s1012: "long press on a picture (1012)",
    s1013: "a picture of the album (1013)", s1007: "a card in a chat (1007)", s1008: "a card in a group chat (1008)",
    s1036: "another app (1036)", s1037: "another mini-program (1037)", s1065: "a tapped link (1065)", s1194: "a URL link (1194)",
    s0: "nothing known",
    ask: "Log in on the computer?", unnamed: "This website has no name here. Confirm only if you opened its login page yourself, just now.",
    elsewhere: "The browser is in another network than this phone. If somebody sent you the code, cancel.",
    browser: "Browser", address: "IP address", network: "Network", time: "Opened", account: "As", cancel: "Cancel", confirm: "Confirm",
    unknownSite: "Unknown website", unknown: "unknown", same: "the same as this phone's", other: "not this phone's",
    seconds: (n) => `${n} s`, minutes: (n) => `${n} min`, ago: (text) => `${text} ago`, now: "just now",
    nobody: "Nobody yet: add somebody", homePage: "home page", linkKind: "link", codeKind: "code",
    reading: "Reading the picture", scanning: "One moment", loggingIn: "Logging in",
    added: "Ready", addedText: (name) => `${name} is logged in to the mini-program.`,
    confirmed: "Confirmed", confirmedText: "The browser is logged in.",
    cancelled: "Cancelled", cancelledText: "The browser was told.",
    refused: "Not this way", refusedText: "For your safety you can only log in by scanning the code with the camera, in front of the screen that shows it. Codes from chats, albums and links are refused.",
    linkRefusedText: "This link may only be opened on the device that asked for it, and in the way that links are.",
    failed: "That did not work", noUser: "First choose who holds the phone, or add somebody.",
    noCode: "There is no mini-program code in this picture.", otherCode: (text) => `That is no mini-program code, it says: ${text}`,
    noPicture: "This is no picture that the browser can show.", linkGone: "This link does not exist or has expired.",
    qr_expired: "The code is no longer good: it expired, or no browser shows it yet because the gateway still has it in stock.",
    qr_conflict: "Somebody else scanned this code first, or it was used already.",
    forbidden: "This session may not do that. Scan the code again.",
    rate_limited: (s) => `Too many attempts. Try again${s ? ` in ${s} s` : " in a minute"}.`,
    gateway_unreachable: "The gateway does not answer. Is it running, and where wxsim --gateway says?",
    simulatorGone: "wxsim does not answer.",
  },
  zh: {
    title: "模拟手机", subtitle: "由你来扮演的微信", holder: "手机在谁手里", nickname: "新用户的昵称",
    add: "添加", scan: "扫一扫", picture: "小程序码图片", pictureHow: "选择、拖入或粘贴图片，登录页的截图也可以",
    launch: "启动方式", fresh: "或者选择刚生成的小程序码", none: "还没有。请先打开网关的登录页。",
    stock: "最新的在最前。网关会预存一些小程序码，所以最前面的可能还没有显示在屏幕上；用图片识别则不会错。",
    s1047: "扫描小程序码（1047）", s1011: "扫描二维码（1011）", s1012: "长按图片识别（1012）", s1013: "从相册选取（1013）",
    s1007: "单人聊天卡片（1007）", s1008: "群聊卡片（1008）", s1036: "其他 App 打开（1036）", s1037: "其他小程序打开（1037）",
    s1065: "点击链接（1065）", s1194: "URL Link（1194）", s0: "未知",
    ask: "要在电脑上登录吗？", unnamed: "无法确认这个网站的名称。请仅在你自己刚刚打开登录页时确认。",
    elsewhere: "浏览器与本手机不在同一网络。如果小程序码是别人发给你的，请取消。",
    browser: "浏览器", address: "IP 地址", network: "网络", time: "打开时间", account: "登录身份", cancel: "取消", confirm: "确认",
    unknownSite: "未知网站", unknown: "未知", same: "与本手机相同", other: "与本手机不同",
    seconds: (n) => `${n} 秒`, minutes: (n) => `${n} 分钟`, ago: (text) => `${text}前`, now: "刚刚",
    nobody: "还没有用户，请先添加", homePage: "首页", linkKind: "链接", codeKind: "小程序码",
    reading: "正在识别图片", scanning: "请稍候", loggingIn: "正在登录",
    added: "好了", addedText: (name) => `${name} 已登录小程序。`,
    confirmed: "已确认", confirmedText: "浏览器已登录。",
    cancelled: "已取消", cancelledText: "已通知浏览器。",
    refused: "不能这样登录", refusedText: "为了你的安全，请在显示小程序码的屏幕前用相机扫码登录。来自聊天、相册和链接的小程序码不予接受。",
    linkRefusedText: "这个链接只能在请求它的设备上、以打开链接的方式使用。",
    failed: "没有成功", noUser: "请先选择或添加用户。",
    noCode: "图片里没有小程序码。", otherCode: (text) => `这不是小程序码，内容是：${text}`,
    noPicture: "浏览器无法显示这个文件。", linkGone: "链接不存在或已过期。",
    qr_expired: "小程序码已失效：它已过期，或者仍在网关的库存中，还没有显示给任何浏览器。",
    qr_conflict: "别人已先扫了这个码，或者它已被使用。",
    forbidden: "当前会话无权操作，请重新扫码。",
    rate_limited: (s) => `尝试过于频繁，请${s ? ` ${s} 秒` : "一分钟"}后再试。`,
    gateway_unreachable: "网关没有响应。它在运行吗？地址是否与 wxsim --gateway 一致？",
    simulatorGone: "wxsim 没有响应。",
  },
};

const language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
const text = texts[language];
const $ = (id) => document.getElementById(id);
const phone = $("phone");

// What the simulator answers ------------------------------------------------------------------------------------------

/// A refusal or failure, told in the contract's terms.
class Failure extends Error {
  constructor(status, data) {
    super(data.detail || data.error || String(status));
    this.status = status;
    this.error = data.error || "";
    this.data = data;
  }
}

async function simulator(method, path, body, type) {
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

const post = (path, members) => simulator("POST", path, JSON.stringify(members), "application/json");

/// One wx.request of the mini-program; throws what is not 2xx.
async function request(path, token, data) {
  const reply = await post("/sim/phone/request", { method: "POST", path, data, ...(token ? { token } : {}) });
  if (reply.status < 200 || reply.status > 299) throw new Failure(reply.status, reply.data);
  return reply.data;
}

// Who holds the phone -------------------------------------------------------------------------------------------------

let users = [];

const userName = (user) => user.nickName || user.user || `${user.openid.slice(0, 6)}…${user.openid.slice(-4)}`;
const chosenUser = () => users.find((user) => user.openid === $("user").value);

/// The app of the address, if it names one; the simulator's first app otherwise.
const ownAppid = new URLSearchParams(location.search).get("appid");

async function loadUsers(choose) {
  const query = ownAppid ? `?appid=${encodeURIComponent(ownAppid)}&limit=100` : "?limit=100";
  users = (await simulator("GET", `/sim/users${query}`)).users;
  const wanted = choose || $("user").value || remembered("user");
  $("user").replaceChildren(...users.map((user) => {
    const label = [userName(user), user.phone].filter(Boolean).join(" · ");
    return new Option(label, user.openid, false, user.openid === wanted);
  }));
  if (!users.length) $("user").append(new Option(text.nobody, ""));
  showUser();
}

function showUser() {
  const user = chosenUser();
  $("avatar").textContent = user ? [...userName(user)][0].toUpperCase() : "?";
  if (user) remember("user", user.openid);
}

// A phone keeps its tokens over a restart; a browser that allows no storage is a phone that forgets.
function remembered(key) {
  try { return localStorage.getItem(`wxsim.${key}`); } catch { return null; }
}
function remember(key, value) {
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
async function authorized(user, appid, path, data) {
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

async function addUser(name) {
  show("scanning", text.loggingIn);
  const user = await post("/sim/users", { user: name, nickName: name, ...(ownAppid ? { appid: ownAppid } : {}) });
  await loadUsers(user.openid);
  const person = { ...user, user: name };
  // Profiles need a picture; this one is nowhere, as the codes are.
  const avatarUrl = user.avatarUrl || `https://wxsim.invalid/avatar/${encodeURIComponent(user.openid)}`;
  await authorized(person, user.appid, "/api/v1/wx/saveUserInfo", { nickName: name, avatarUrl });
  show("idle", text.added, text.addedText(name));
}

// Scanning ------------------------------------------------------------------------------------------------------------

/// The ticket on the screen between the scan and the answer.
let scanned = null;
const usedScenes = new Set();

async function scan({ scene, appid, kind }) {
  const user = chosenUser();
  if (!user) throw new Failure(0, { detail: text.noUser });
  show("scanning", text.scanning);
  usedScenes.add(scene);
  const launch = $("launch-scene").value;
  const data = { scene, ...(launch ? { launch_scene: Number(launch) } : {}) };
  try {
    const { nonce, context } = await authorized(user, appid, "/api/v1/qr/scan", data);
    scanned = { user, appid, scene, nonce };
    showContext(context || {}, user);
  } catch (failure) {
    if (failure.error === "forbidden" && kind === "link") failure.message = text.linkRefusedText;
    throw failure;
  }
}

async function answer(verb) {
  const { user, appid, scene, nonce } = scanned;
  setBusy(true);
  try {
    const { status } = await authorized(user, appid, `/api/v1/qr/${verb}`, { scene, nonce });
    if (status === "cancelled") show("cancelled", text.cancelled, text.cancelledText);
    else show("confirmed", text.confirmed, text.confirmedText);
  } finally {
    setBusy(false);
  }
}

function setBusy(isBusy) {
  $("confirm").disabled = isBusy;
  $("cancel").disabled = isBusy;
}

/// Looks for a code in the whole picture, then closer: a code may be small on a large screenshot.
async function readPicture(file) {
  show("scanning", text.reading);
  const picture = await createImageBitmap(file).catch(() => { throw new Failure(0, { detail: text.noPicture }); });
  const { width, height } = picture;
  const parts = [[0, 0, 1]];
  if (Math.max(width, height) > 1200) parts.push([0, 0, .6], [.4, 0, .6], [0, .4, .6], [.4, .4, .6]);
  let other = null;
  for (const [left, top, share] of parts) {
    const found = await decode(picture, left * width, top * height, share * width, share * height);
    if (found?.scene) return found;
    other ??= found;
  }
  throw new Failure(0, { detail: other ? text.otherCode(other.text) : text.noCode });
}

async function decode(picture, left, top, partWidth, partHeight) {
  const scale = Math.min(1, 1200 / Math.max(partWidth, partHeight));
  const width = Math.max(1, Math.round(partWidth * scale));
  const height = Math.max(1, Math.round(partHeight * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, left, top, partWidth, partHeight, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const gray = new Uint8Array(width * height);
  for (let i = 0; i < gray.length; i++) gray[i] = (data[4 * i] * 77 + data[4 * i + 1] * 150 + data[4 * i + 2] * 29) >> 8;
  try {
    return await simulator("POST", `/sim/phone/read?width=${width}&height=${height}`, gray, "application/octet-stream");
  } catch (failure) {
    if (failure.status === 404) return null;
    throw failure;
  }
}

// What is shown -------------------------------------------------------------------------------------------------------

function show(state, title = "", detail = "", code = "") {
  phone.dataset.state = state;
  $("result").hidden = !title;
  $("result-title").textContent = title;
  $("result-text").textContent = detail;
  $("result-text").hidden = !detail;
  $("result-code").textContent = code;
  $("result-code").hidden = !code;
  $("context").hidden = state !== "scanned";
  if (state !== "scanned") scanned = null;
  if (title) $("result").scrollIntoView({ block: "nearest" });
}

function showFailure(failure) {
  const { error, data = {} } = failure;
  const code = [failure.status || "", error, data.reason].filter(Boolean).join(" · ");
  if (error === "launch_refused") return show("refused", text.refused, text.refusedText, code);
  const known = text[error];
  const detail = failure.message === text.linkRefusedText ? failure.message
    : typeof known === "function" ? known(data.retry_after)
    : known || failure.message;
  show("error", text.failed, detail, code);
}

function showContext(context, user) {
  show("scanned");
  $("site").textContent = context.site ? siteName(context.site) : text.unknownSite;
  $("site-warning").hidden = Boolean(context.site);
  $("browser").textContent = browserName(context.user_agent);
  $("browser").title = context.user_agent || "";
  $("ip").textContent = context.ip || text.unknown;
  const same = context.same_address;
  $("same-address").textContent = same === true ? text.same : same === false ? text.other : text.unknown;
  $("address-warning").hidden = same !== false;
  $("created-at").textContent = when(context.created_at);
  $("account").textContent = userName(user);
  $("context-title").focus();
}

const siteName = (site) => site.replace(/^https?:\/\//, "");

function browserName(agent) {
  if (!agent) return text.unknown;
  const system = /Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux/.exec(agent)?.[0].replace("Mac OS X", "macOS");
  const [, name, version] = /(Edg|OPR|MicroMessenger|Firefox|HeadlessChrome|Chrome|Version)\/(\d+)/.exec(agent) || [];
  if (!name) return agent.slice(0, 60);
  const names = { Edg: "Edge", OPR: "Opera", MicroMessenger: "WeChat", Version: "Safari" };
  return [`${names[name] || name} ${version}`, system].filter(Boolean).join(" · ");
}

function when(moment) {
  const date = new Date(typeof moment === "number" ? moment * 1000 : moment);
  if (Number.isNaN(date.getTime())) return text.unknown;
  return `${date.toLocaleTimeString()} · ${ago((Date.now() - date.getTime()) / 1000)}`;
}

const span = (seconds) => (seconds < 100 ? text.seconds(Math.round(seconds)) : text.minutes(Math.round(seconds / 60)));
const ago = (seconds) => (seconds < 2 ? text.now : text.ago(span(seconds)));

// The list of codes ---------------------------------------------------------------------------------------------------

const shapes = {
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM19 14h1M14 19h1",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500",
};
/// Older ones are on no screen any more.
const freshSeconds = 600;
const codesShown = 12;
/// The link that opened this page, if one did; it stays on top.
let tapped = null;
const rows = new Map();

async function refreshCodes() {
  const query = ownAppid ? `appid=${encodeURIComponent(ownAppid)}&limit=40` : "limit=40";
  const { codes } = await simulator("GET", `/sim/wxacodes?${query}`);
  const fresh = codes.filter((code) => code.scene && code.age_s <= freshSeconds && code.scene !== tapped?.scene);
  const listed = [...(tapped ? [tapped] : []), ...fresh.slice(0, codesShown)];
  const keys = new Set(listed.map(rowKey));
  for (const [key, row] of rows) if (!keys.has(key)) { row.remove(); rows.delete(key); }
  // Rows stay the same elements, so that the one under a finger or with the focus does not go away.
  let previous = null;
  for (const code of listed) {
    const row = rows.get(rowKey(code)) || makeRow(code);
    const place = previous ? previous.nextSibling : $("codes").firstChild;
    if (row !== place) $("codes").insertBefore(row, place);
    row.querySelector("time").textContent = span(code.age_s);
    row.firstChild.classList.toggle("used", usedScenes.has(code.scene));
    row.firstChild.classList.toggle("tapped", code === tapped);
    previous = row;
  }
  $("no-codes").hidden = listed.length > 0;
  $("stock").hidden = fresh.length === 0;
}

const rowKey = (code) => `${code.kind} ${code.appid} ${code.scene}`;

function makeRow(code) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.scene = code.scene;
  button.dataset.kind = code.kind;
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[code.kind]);
  icon.append(path);
  const words = element("span", "");
  words.className = "text";
  const environment = code.env_version === "release" ? "" : ` · ${code.env_version}`;
  const place = `${code.page || text.homePage}${environment}`;
  words.append(element("code", code.scene), element("small", `${code.kind === "link" ? text.linkKind : text.codeKind} · ${place}`));
  button.append(icon, words, document.createElement("time"));
  button.addEventListener("click", () => run(() => scan(code)));
  row.append(button);
  rows.set(rowKey(code), row);
  return row;
}

function element(name, content) {
  const made = document.createElement(name);
  made.textContent = content;
  return made;
}

// Life ----------------------------------------------------------------------------------------------------------------

/// One thing after the other: a phone scans one code at a time.
let isRunning = false;
async function run(action) {
  if (isRunning) return;
  isRunning = true;
  try {
    await action();
  } catch (failure) {
    showFailure(failure);
  } finally {
    isRunning = false;
    refreshCodes().catch(() => {});
  }
}

const scanPicture = (file) => run(async () => scan({ ...(await readPicture(file)), kind: "code" }));

async function openLink(ticket) {
  try {
    tapped = await simulator("GET", `/sim/links/${encodeURIComponent(ticket)}`);
  } catch (failure) {
    throw failure.status === 404 ? new Failure(0, { detail: text.linkGone }) : failure;
  }
  $("launch-scene").value = "1065";
  await refreshCodes();
  if (chosenUser()) await scan(tapped);
  else show("idle", text.noUser);
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `wxsim · ${text.title}`;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text[node.dataset.text];
  $("new-user").placeholder = text.nickname;
  $("new-user").setAttribute("aria-label", text.nickname);
}

function listen() {
  $("user").addEventListener("change", showUser);
  $("make-user").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = $("new-user").value.trim();
    if (!name) return $("new-user").focus();
    run(async () => {
      await addUser(name);
      $("new-user").value = "";
    });
  });
  $("confirm").addEventListener("click", () => run(() => answer("confirm")));
  $("cancel").addEventListener("click", () => run(() => answer("cancel")));
  $("picture").addEventListener("change", () => {
    const [file] = $("picture").files;
    // So that the same file may be chosen again.
    if (file) scanPicture(file).finally(() => { $("picture").value = ""; });
  });
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files || [])].find((one) => one.type.startsWith("image/"));
    if (file) scanPicture(file);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      $("drop").classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer?.files[0]) scanPicture(event.dataTransfer.files[0]);
    });
  }
}

function showClock() {
  $("clock").textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

const refreshMilliseconds = 2000;

async function refreshForever() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, refreshMilliseconds));
    if (document.hidden) continue;
    showClock();
    // What does not answer now may answer the next time.
    await refreshCodes().catch(() => {});
    if (!users.length) await loadUsers().catch(() => {});
  }
}

translate();
listen();
showClock();
const ticket = new URLSearchParams(location.search).get("link");
await run(async () => {
  await loadUsers();
  await refreshCodes();
  if (ticket) await openLink(ticket);
});
refreshForever();
