// The simulated phone: what WeChat and the mini-program on it would do, played by a person.
// Talks to wxsim only; what the mini-program asks of its server goes through POST /sim/phone/request, since a phone has no Origin.

import { Failure, authorized, post, remember, remembered, simulator } from "./phone-session.js";
import { language, text } from "./phone-texts.js";

const $ = (id) => document.getElementById(id);
const phone = $("phone");
const locale = language === "zh" ? "zh-CN" : undefined;

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

async function addUser(name) {
  show("scanning", text.loggingIn);
  const user = await post("/sim/users", { user: name, nickName: name, ...(ownAppid ? { appid: ownAppid } : {}) });
  await loadUsers(user.openid);
  const person = { ...user, user: name };
  // Profiles need a picture; this one is nowhere, as the codes are.
  const avatarUrl = user.avatarUrl || `https://wxsim.invalid/avatar/${encodeURIComponent(user.openid)}`;
  await authorized(person, user.appid, "/api/v1/wx/saveUserInfo", { nickName: name, avatarUrl });
  show("idle", text.added, text.addedText(name), { isGood: true });
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
    if (failure.error === "forbidden" && kind === "link") failure.refusal = text.linkRefusedText;
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
  } catch (failure) {
    // Not the gateway's last word: the question stays, to be answered again.
    failure.isPassing = failure.status === 0 || failure.status === 429 || failure.status >= 500;
    throw failure;
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

function show(state, title = "", detail = "", { code = "", asks = state === "scanned", isGood = false } = {}) {
  phone.dataset.state = state;
  phone.classList.toggle("asks", asks);
  $("result").classList.toggle("good", isGood);
  $("result").hidden = !title;
  $("result-title").textContent = title;
  $("result-text").textContent = detail;
  $("result-text").hidden = !detail;
  $("result-code").textContent = code;
  $("result-code").hidden = !code;
  $("context").hidden = !asks;
  if (!asks) scanned = null;
  if (title) $("result").scrollIntoView({ block: "nearest" });
}

function showFailure(failure) {
  const { error, data = {}, isPassing: asks = false } = failure;
  const code = [failure.status || "", error, data.reason].filter(Boolean).join(" · ");
  const refusal = error === "launch_refused" ? text.refusedText : failure.refusal;
  if (refusal) return show("refused", text.refused, refusal, { code });
  const known = text[error];
  show("error", text.failed, typeof known === "function" ? known(data.retry_after) : known || failure.message, { code, asks });
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
  return `${date.toLocaleTimeString(locale)} · ${ago((Date.now() - date.getTime()) / 1000)}`;
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
/// More than a gateway keeps in stock, so that those on its screens are among them.
const codesShown = 24;
/// The link that opened this page, if one did; it stays on top.
let tapped = null;
const rows = new Map();

async function refreshCodes() {
  const query = ownAppid ? `appid=${encodeURIComponent(ownAppid)}&limit=60` : "limit=60";
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
  $("clock").textContent = new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
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
