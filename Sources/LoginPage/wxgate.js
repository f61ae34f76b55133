// The login widget: WxGate.mount(element, {onLogin, onError, base, appid, events, lang}) → {renew(), destroy()}
//
//   onLogin(login)  the gateway's login reply, once
//   onError(error)  {state, status, error, detail, requestId} whenever the widget shows that something failed
//   base            origin of the gateway; default: the origin this script came from
//   appid           which mini-program, where the gateway has several
//   events          true: server-sent events instead of long polls (on the gateway's own origin only)
//   lang            "zh" or "en"; default: the browser's first language of the two, else English
(() => {
  "use strict";

  const POLL_WAIT_S = 25; // below the 30 s after which many proxies give up
  const POLL_SLACK_MS = 10_000; // what a parked poll may take longer before the connection counts as dead
  const CALL_LIMIT_MS = 15_000;
  const RETRY_MIN_MS = 1_000;
  const RETRY_MAX_MS = 30_000;
  const QUIET_RETRY_MS = 3_000; // one hiccup with a code on show is repaired without a word, if it takes no longer
  const RENEWALS = 3; // by itself; then somebody has to be there and click
  const LINK_WAIT_MS = 60_000; // the gateway's limits count a minute; a longer wait is WeChat's day of links

  // What the gateway says about a ticket → what the widget shows.
  const STATE_OF_STATUS = {
    pending: "waiting",
    scanned: "scanned",
    confirmed: "confirmed",
    cancelled: "cancelled",
    expired: "expired",
    claimed: "expired",
  };

  const OPEN = ["pending", "scanned"]; // the other statuses are final

  // What each state shows: a drawing in place of the code, the line of time, the buttons.
  const STATES = {
    loading: { art: null, time: null, actions: [] },
    waiting: { art: null, time: "valid", actions: [] },
    scanned: { art: "person", time: "valid", actions: [] },
    confirmed: { art: "check", time: null, actions: [] },
    cancelled: { art: "cross", time: null, actions: ["renew"] },
    expired: { art: "clock", time: null, actions: ["renew"] },
    offline: { art: "cloud", time: "next", actions: ["retry"] },
    refused: { art: "shield", time: null, actions: ["retry"] },
    limited: { art: "pause", time: "next", actions: [] },
  };

  const ART = {
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
    check: "m5 12.5 4.6 4.6L19.2 7.4",
    cross: "m6.5 6.5 11 11m0-11-11 11",
    clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7v5.2l3.4 2",
    cloud: "M8.2 18.5H7a4 4 0 0 1-.9-7.9m2-2.9A5.6 5.6 0 0 1 17 10.6a4 4 0 0 1 2.7 6.5M4 4l16 16",
    shield: "M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6l-7-2.5ZM12 8.5v4m0 3.2v.1",
    pause: "M7 3.5h10M7 20.5h10M8 3.5c0 4.5 4 5.5 4 8.5s-4 4-4 8.5m8-17c0 4.5-4 5.5-4 8.5s4 4 4 8.5",
    phone: "M8.5 3h7Q17 3 17 4.5v15q0 1.5-1.5 1.5h-7Q7 21 7 19.5v-15Q7 3 8.5 3ZM11 18h2",
  };

  // [title, detail] of each state, or of "state.variant".
  const TEXTS = {
    en: {
      loading: ["One moment…", "Your code is being prepared."],
      waiting: ["Scan with WeChat", "Open WeChat on your phone and choose Scan."],
      "waiting.link": ["Continue in WeChat", "Confirm there, then come back to this page."],
      "waiting.fallback": ["Scan with WeChat", "WeChat cannot be opened from here. Scan this code with another phone."],
      "waiting.other": ["Scan with WeChat", "Scan this code with WeChat on another phone."],
      scanned: ["Code scanned", "Now confirm the login on your phone."],
      confirmed: ["You are logged in", "The login was confirmed on your phone."],
      cancelled: ["Login cancelled", "It was cancelled on your phone."],
      expired: ["This login has expired", "Start again to go on."],
      offline: ["No connection", "The login service cannot be reached. We keep trying."],
      "offline.service": ["Just a moment", "The login service has a problem. We keep trying."],
      refused: ["Login is not possible", "The login service refused this request."],
      "refused.forbidden": ["Login is not possible", "This page is not allowed to use the login service."],
      limited: ["A little too fast", "There were too many attempts. We try again by ourselves."],
      valid: (time) => `Valid for ${time}`,
      next: (time) => `Next try in ${time}`,
      trying: "Trying again…",
      renew: "Start again",
      retry: "Try again now",
      open: "Open WeChat",
      picture: "Show a code instead",
      code: "Code to scan with WeChat",
      region: "Log in with WeChat",
      anonymous: "WeChat user",
    },
    zh: {
      loading: ["请稍候…", "正在准备小程序码"],
      waiting: ["请使用微信扫码登录", "打开手机微信，选择“扫一扫”"],
      "waiting.link": ["前往微信登录", "在微信中确认后，请返回此页面"],
      "waiting.fallback": ["请使用微信扫码登录", "此处无法直接打开微信，请用另一部手机扫描此码"],
      "waiting.other": ["请使用微信扫码登录", "请用另一部手机的微信扫描此码"],
      scanned: ["扫码成功", "请在手机上确认登录"],
      confirmed: ["登录成功", "已在手机上确认登录"],
      cancelled: ["已取消登录", "您已在手机上取消此次登录"],
      expired: ["登录已过期", "请重新开始以继续登录"],
      offline: ["网络连接中断", "暂时无法连接登录服务，正在自动重试"],
      "offline.service": ["服务暂时不可用", "登录服务出现问题，正在自动重试"],
      refused: ["无法登录", "登录服务拒绝了此次请求"],
      "refused.forbidden": ["无法登录", "此页面无权使用该登录服务"],
      limited: ["操作过于频繁", "尝试次数过多，稍后将自动重试"],
      valid: (time) => `${time} 后失效`,
      next: (time) => `${time} 后重试`,
      trying: "正在重试…",
      renew: "重新开始",
      retry: "立即重试",
      open: "打开微信",
      picture: "改用扫码登录",
      code: "用于微信扫码登录的小程序码",
      region: "微信登录",
      anonymous: "微信用户",
    },
  };

  // The widget has a surface of its own, so it is readable on any page, whatever that page does about dark mode.
  const STYLE = `
    :host { all: initial; display: block; }
    .gate {
      --surface: #fff; --ink: #16202e; --soft: #5a6678; --line: #e3e7ed; --wash: #f4f6f9;
      --accent: #2750c4; --accent-ink: #fff; --good: #146c43; --bad: #b42318; --warn: #8a5300; --tone: var(--accent);
      box-sizing: border-box; width: 100%; max-width: 320px; margin: 0 auto; padding: 12px;
      display: grid; justify-items: center; border-radius: 24px; background: var(--surface); color: var(--ink);
      font: 400 15px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei",
        "Noto Sans", "Noto Sans CJK SC", sans-serif;
      text-align: center; overflow-wrap: anywhere;
    }
    .gate * { box-sizing: border-box; }
    .gate [hidden] { display: none !important; }
    .gate[data-state=confirmed] { --tone: var(--good); }
    .gate[data-state=refused] { --tone: var(--bad); }
    .gate:is([data-state=offline], [data-state=limited]) { --tone: var(--warn); }
    .gate:is([data-state=expired], [data-state=cancelled]) { --tone: var(--soft); }
    .stage {
      position: relative; display: grid; place-items: center; width: min(256px, 100%); aspect-ratio: 1;
      border: 1px solid var(--line); border-radius: 20px; overflow: hidden; background: var(--wash);
    }
    .stage.paper { background: #fff; }
    .code { width: 100%; height: 100%; padding: 14px; object-fit: contain; animation: appear .25s ease-out; }
    .skeleton {
      position: absolute; inset: 28px; border-radius: 50%;
      background: linear-gradient(100deg, var(--line) 35%, var(--wash) 50%, var(--line) 65%) 0 0 / 300% 100%;
      animation: shimmer 1.6s linear infinite;
    }
    .cover {
      display: grid; justify-items: center; gap: 16px; width: 100%; padding: 16px; animation: appear .25s ease-out;
    }
    .medal {
      position: relative; display: grid; place-items: center; width: 84px; height: 84px; border-radius: 50%;
      color: var(--tone); background: color-mix(in srgb, var(--tone) 12%, var(--surface));
    }
    .medal svg {
      width: 40px; height: 40px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round;
      stroke-linejoin: round;
    }
    .avatar { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 50%; object-fit: cover; }
    .name { max-width: 100%; font-weight: 600; font-size: 16px; line-height: 1.4; max-height: 2.8em; overflow: hidden; }
    .status { width: 100%; min-height: 76px; margin: 18px 0 0; outline: none; }
    .title { display: block; font-size: 18px; font-weight: 600; line-height: 1.4; }
    .detail { display: block; margin-top: 4px; color: var(--soft); text-wrap: balance; }
    .actions { display: grid; gap: 4px; width: 100%; }
    .time {
      min-height: 20px; margin-top: 6px; color: var(--soft); font-size: 13px; line-height: 20px;
      font-variant-numeric: tabular-nums;
    }
    .action {
      display: block; width: 100%; min-height: 48px; padding: 12px 16px; border: 0; border-radius: 12px; cursor: pointer;
      background: var(--accent); color: var(--accent-ink); font: inherit; font-weight: 600; text-decoration: none;
    }
    .action:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
    .action.quiet { min-height: 44px; background: none; color: var(--accent); font-weight: 500; }
    .action.quiet:hover { text-decoration: underline; }
    :is(.action, .status):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 12px; }
    @media (prefers-color-scheme: dark) {
      .gate {
        --surface: #181f2a; --ink: #eef2f7; --soft: #a3afc0; --line: #2d3747; --wash: #202936;
        --accent: #9db8ff; --accent-ink: #0e1a3a; --good: #6fd3a0; --bad: #ff9d92; --warn: #f0bd6b;
      }
    }
    @media (prefers-reduced-motion: reduce) { .gate * { animation: none !important; } }
    @keyframes appear { from { opacity: 0; } }
    @keyframes shimmer { from { background-position: 100% 0; } to { background-position: -50% 0; } }
  `;

  // --- Words and addresses

  function languageOf(wish) {
    const wishes = [wish, ...(navigator.languages ?? [])].map((tag) => /^(zh|en)\b/i.exec(tag)?.[1]);
    return wishes.find(Boolean)?.toLowerCase() ?? "en";
  }

  /** The address as a URL if its scheme is one of these, else null: nothing a stranger wrote becomes `javascript:`. */
  function safeURL(address, schemes) {
    try {
      const url = new URL(address);
      return schemes.includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  function isPhone() {
    return Boolean(navigator.userAgentData?.mobile) || /iPhone|iPod|Android.+Mobile/.test(navigator.userAgent);
  }

  function clockText(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // --- Waiting: every wait ends with its signal

  /** Resolves at the first of these events ([target, name] each), after `ms` if given, or when the signal ends. */
  function until(signal, ms, ...events) {
    return new Promise((resolve) => {
      const all = [[signal, "abort"], ...events];
      const timer = ms === null ? undefined : setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        for (const [target, name] of all) target.removeEventListener(name, done);
        resolve();
      }
      for (const [target, name] of all) target.addEventListener(name, done);
    });
  }

  async function visible(signal) {
    while (document.hidden && !signal.aborted) await until(signal, null, [document, "visibilitychange"]);
    signal.throwIfAborted();
  }

  /** Runs a job whose signal ends with the outer one, after `limit` ms and, if wished, when the tab is hidden. */
  async function within(limit, signal, endsWhenHidden, job) {
    const own = new AbortController();
    const stop = () => own.abort();
    const timer = setTimeout(stop, limit);
    signal.addEventListener("abort", stop);
    let hidden = false;
    const hide = () => document.hidden && ((hidden = true), stop());
    if (endsWhenHidden) document.addEventListener("visibilitychange", hide);
    try {
      return await job(own.signal);
    } catch (failure) {
      throw hidden ? { hidden } : failure;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      document.removeEventListener("visibilitychange", hide);
    }
  }

  // --- Talking to the gateway

  function stateOfFailure(status) {
    if (status === 410) return "expired";
    if (status === 429) return "limited";
    return status >= 400 && status < 500 && status !== 408 ? "refused" : "offline";
  }

  function retryAfterOf(reply) {
    const text = reply.headers.get("Retry-After");
    const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
    return ms > 0 ? ms : 0;
  }

  async function failureOf(reply) {
    const { error, detail, request_id: requestId } = (await reply.json().catch(() => null)) ?? {};
    const { status } = reply;
    return { state: stateOfFailure(status), status, error, detail, requestId, retryAfter: retryAfterOf(reply) };
  }

  /** The JSON of the reply. Throws a failure as above; with status 0 when there was no reply to understand. */
  async function call(base, path, request) {
    const credentials = base === location.origin ? "same-origin" : "omit";
    const reply = await fetch(base + path, { credentials, cache: "no-store", ...request }).catch(() => null);
    const body = reply?.ok ? await reply.json().catch(() => null) : null;
    if (body) return body;
    throw reply && !reply.ok ? await failureOf(reply) : { state: "offline", status: 0 };
  }

  function create(settings, via, signal) {
    const body = JSON.stringify({ appid: settings.appid || undefined, via });
    const headers = { "Content-Type": "application/json" };
    return within(CALL_LIMIT_MS, signal, false, (signal) =>
      call(settings.base, "/api/v1/qr", { method: "POST", headers, body, signal }));
  }

  /** Asks for the status; parked until it differs from `seen`. Without `seen` the answer comes at once. */
  function poll(settings, ticket, seen, signal) {
    const left = Math.ceil((ticket.until - Date.now()) / 1000) + 1;
    const wait = seen ? Math.max(1, Math.min(POLL_WAIT_S, left)) : 0;
    const query = seen ? `?wait=${wait}&seen=${seen}` : "";
    const headers = { "X-Qr-Secret": ticket.secret };
    return within(wait * 1000 + POLL_SLACK_MS, signal, true, (signal) =>
      call(settings.base, `/api/v1/qr/${encodeURIComponent(ticket.ticket)}/status${query}`, { headers, signal }));
  }

  /** Listens to server-sent events until one says something final (true) or they fail (false). The claim itself is left
   *  to a poll: only its reply can bring the session's cookie. */
  function listen(settings, ticket, onReport, signal) {
    return within(2 ** 31 - 1, signal, true, (signal) => new Promise((resolve, reject) => {
      const source = new EventSource(`${settings.base}/api/v1/qr/${encodeURIComponent(ticket.ticket)}/events`);
      const end = (settle, value) => (source.close(), settle(value));
      signal.addEventListener("abort", () => end(reject, { state: "offline" }));
      source.addEventListener("error", () => end(resolve, false));
      source.addEventListener("status", (event) => {
        let report;
        try { report = JSON.parse(event.data); } catch { return end(resolve, false); }
        if (!OPEN.includes(report.status)) return end(resolve, true);
        onReport(report);
      });
    }));
  }

  // --- Drawing

  function element(name, className, parent, attributes = {}) {
    const made = document.createElement(name);
    made.className = className;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  function drawing(parent) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS(space, "path"));
    parent.append(svg);
    return (art) => path.setAttribute("d", ART[art] ?? "");
  }

  function adoptStyle(shadow) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
    } catch { // browsers before 2023
      element("style", "", shadow).textContent = STYLE;
    }
  }

  /** Builds the widget's elements below `parent` and returns the functions that change them. */
  function draw(parent, language, act) {
    const texts = TEXTS[language];
    const host = element("div", "", parent, { "data-wxgate": "" });
    const shadow = host.attachShadow({ mode: "open" });
    adoptStyle(shadow);
    const lang = language === "zh" ? "zh-CN" : "en";
    const gate = element("div", "gate", shadow, { role: "group", "aria-label": texts.region, lang });
    const stage = element("div", "stage", gate);
    const skeleton = element("div", "skeleton", stage);
    const code = element("img", "code", stage, { alt: texts.code });
    const cover = element("div", "cover", stage);
    const medal = element("div", "medal", cover);
    const setArt = drawing(medal);
    const avatar = element("img", "avatar", medal, { alt: "", referrerpolicy: "no-referrer" });
    avatar.addEventListener("error", () => (avatar.hidden = true));
    const name = element("div", "name", cover);
    const actions = element("div", "actions", cover);
    const buttons = {
      // Opens beside this page, for it is this page that waits for the login.
      open: element("a", "action", actions, { target: "_blank", rel: "noopener noreferrer" }),
      picture: element("button", "action quiet", actions, { type: "button" }),
      renew: element("button", "action", actions, { type: "button" }),
      retry: element("button", "action", actions, { type: "button" }),
    };
    for (const [key, button] of Object.entries(buttons)) {
      button.dataset.action = key;
      button.textContent = texts[key];
      button.addEventListener("click", () => act[key]?.());
    }
    const spoken = { role: "status", "aria-live": "polite", "aria-atomic": "true", tabindex: "-1" };
    const status = element("div", "status", gate, spoken);
    const title = element("span", "title", status);
    const detail = element("span", "detail", status);
    const time = element("div", "time", gate, { role: "timer" });
    let shown = {};
    const clock = setInterval(tick, 1000);

    function tick() {
      const left = (shown.until ?? 0) - Date.now();
      if (shown.note) time.textContent = shown.note;
      else if (shown.time === "next") time.textContent = left > 0 ? texts.next(clockText(left)) : texts.trying;
      else time.textContent = shown.time && left > 0 ? texts.valid(clockText(left)) : "";
    }

    function setImage(image, address) {
      image.hidden = !address;
      if (!address) image.removeAttribute("src");
      else if (image.src !== address) image.src = address;
    }

    /** Shows a state. `content`: {variant, until, note, picture, link, user} */
    function show(state, content = {}) {
      const rule = STATES[state];
      const variant = [`${state}.${content.variant}`, state].find((key) => texts[key]);
      const link = state === "waiting" ? content.link : null;
      const picture = state === "waiting" && !link ? content.picture : null;
      const art = link ? "phone" : rule.art;
      gate.dataset.state = state;
      [title.textContent, detail.textContent] = texts[variant];
      skeleton.hidden = state !== "loading";
      stage.classList.toggle("paper", Boolean(picture));
      setImage(code, picture);
      cover.hidden = !art;
      setArt(art);
      const scanned = state === "scanned";
      setImage(avatar, scanned ? safeURL(content.user?.avatarUrl, ["https:"]) : null);
      name.textContent = content.user?.nickName || (scanned ? texts.anonymous : "");
      name.hidden = !name.textContent;
      const focused = shadow.activeElement;
      actions.hidden = !link && !rule.actions.length;
      const offered = link ? ["open", "picture"] : rule.actions;
      for (const [key, button] of Object.entries(buttons)) button.hidden = !offered.includes(key);
      if (link) buttons.open.href = link;
      else buttons.open.removeAttribute("href");
      // Whoever pressed a button that is gone now is not thrown back to the top of the page.
      if (focused?.closest("[hidden]")) status.focus({ preventScroll: true });
      shown = { time: rule.time, until: content.until, note: content.note };
      tick();
    }

    function remove() {
      clearInterval(clock);
      host.remove();
    }
    return { show, remove };
  }

  // --- The login

  function mount(parent, options = {}) {
    const settings = {
      base: new URL(options.base ?? scriptOrigin ?? location.origin, location.href).origin,
      appid: options.appid,
    };
    const language = languageOf(options.lang);
    const wake = new EventTarget(); // "now": the retry button
    let events = Boolean(options.events) && settings.base === location.origin && "EventSource" in window;
    let via = isPhone() ? "link" : "code";
    let variant = via === "link" ? "link" : ""; // which words fit
    let run = new AbortController();
    let destroyed = false;

    const view = draw(parent, language, {
      renew: () => start(),
      retry: () => wake.dispatchEvent(new Event("now")),
      picture: () => (usePicture("other"), start()),
    });

    function usePicture(words) {
      via = "code";
      variant = words;
    }

    function tell(callback, value) { // a fault of the page's own code is the page's, and reported as such
      if (typeof callback === "function") queueMicrotask(() => callback(value));
    }

    function fail(failure, content = {}) {
      const { state, status, error, detail, requestId } = failure;
      const words = status >= 500 ? "service" : status === 403 ? "forbidden" : "";
      const note = state === "refused" ? [status, error, requestId].filter(Boolean).join(" · ") : "";
      view.show(state, { variant: words, note, ...content });
      tell(options.onError, { state, status, error, detail, requestId });
    }

    /** Repeats a job until it succeeds: offline and limited are waited out, anything else is thrown. */
    async function persist(signal, quietly, job) {
      for (let first = true, failures = 0; ; first = false) {
        await visible(signal);
        try {
          const result = await job(first);
          signal.throwIfAborted(); // what comes too late is not shown
          return result;
        } catch (failure) {
          signal.throwIfAborted();
          if (failure.hidden) continue;
          if (failure.state !== "offline" && failure.state !== "limited") throw failure;
          const delay = delayOf(failure, failures);
          if (!(quietly && failures === 0 && delay <= QUIET_RETRY_MS)) fail(failure, { until: Date.now() + delay });
          await until(signal, delay, ...(failure.state === "offline" ? [[wake, "now"], [window, "online"]] : []));
          failures += 1;
        }
      }
    }

    function delayOf(failure, failures) {
      const step = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (failures + 1));
      const backoff = (step / 2) * (1 + Math.random());
      return failure.retryAfter ? failure.retryAfter + Math.random() * 1000 : backoff;
    }

    async function newTicket(signal) {
      view.show("loading");
      const made = await persist(signal, false, async () => {
        try {
          return await create(settings, via, signal);
        } catch (failure) {
          const passesSoon = failure.state === "limited" && failure.retryAfter <= LINK_WAIT_MS;
          if (via !== "link" || !failure.status || passesSoon) throw failure;
          usePicture("fallback"); // links are off, or WeChat makes none just now
          return create(settings, via, signal);
        }
      });
      made.until = Date.now() + made.expires_in * 1000;
      made.link = via === "link" ? safeURL(made.link, ["https:", "http:", "weixin:"]) : null;
      made.picture = safeURL(made.image, ["data:", "https:"]);
      return made;
    }

    function showTicket(ticket, report) {
      if (report.expires_in !== undefined) ticket.until = Date.now() + report.expires_in * 1000;
      const { until, link, picture } = ticket;
      view.show(STATE_OF_STATUS[report.status] ?? "waiting", { variant, until, link, picture, user: report.userInfo });
    }

    /** Follows a ticket to its end and returns the last report. */
    async function follow(ticket, signal) {
      let seen = "pending";
      showTicket(ticket, { status: seen });
      if (events) {
        const onReport = (report) => showTicket(ticket, report);
        events = await persist(signal, true, () => listen(settings, ticket, onReport, signal));
        seen = "";
      }
      for (;;) {
        const asked = Date.now();
        const report = await persist(signal, true, (first) => poll(settings, ticket, first ? seen : "", signal));
        if (report.status === "confirmed" && !report.login) report.status = "scanned"; // still being claimed
        if (!OPEN.includes(report.status)) return report;
        showTicket(ticket, report);
        // A gateway that answers without waiting (it drains, or a proxy hurries it) is not asked in a tight circle.
        const hurried = report.status === seen && Date.now() - asked < RETRY_MIN_MS;
        if (hurried) await until(signal, RETRY_MIN_MS * (1 + Math.random()));
        seen = report.status;
      }
    }

    async function logIn(signal) {
      for (let renewals = 0; ; renewals += 1) {
        let report;
        try {
          report = await follow(await newTicket(signal), signal);
        } catch (failure) {
          signal.throwIfAborted();
          if (!failure.state) throw failure; // a bug
          report = failure.state === "refused" ? failure : { status: "expired" }; // the latter: 410, restarted perhaps
        }
        if (report.status === "confirmed") {
          view.show("confirmed", { user: report.login.userInfo });
          return tell(options.onLogin, report.login);
        }
        if (report.state === "refused") {
          fail(report);
          await until(signal, null, [wake, "now"]);
          signal.throwIfAborted();
          renewals = -1;
          continue;
        }
        if (report.status === "expired" && renewals < RENEWALS) continue;
        if (report.status === "claimed") return fail({ state: "expired", status: 200, error: "claimed" });
        return view.show(STATE_OF_STATUS[report.status] ?? "expired");
      }
    }

    function start() {
      if (destroyed) return;
      run.abort();
      run = new AbortController();
      const { signal } = run;
      logIn(signal).catch((fault) => {
        if (!signal.aborted) throw fault; // a bug: let the console have it
      });
    }

    function destroy() {
      destroyed = true;
      run.abort();
      view.remove();
    }

    start();
    return Object.freeze({ destroy, renew: start });
  }

  const scriptOrigin = document.currentScript?.src ? new URL(document.currentScript.src).origin : null;
  window.WxGate = Object.freeze({ mount, languageOf });
})();
