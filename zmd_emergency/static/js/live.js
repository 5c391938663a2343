/* Live screens: what others do shows here without a reload. Events come over one stream per browser (the tab that
   holds the lock has it and tells the others); each names what changed, and the fragments that show it ask again.
   Where nothing streams, the page says so and asks every ten seconds; it comes back by itself. */
"use strict";

(() => {
  const { person, live: streamUrl, pulse: pulseUrl } = document.body.dataset;
  if (!person) return;

  const POLL = 10000;
  const NET = 60000;
  const SILENCE = 40000;
  const GRACE = 3000;
  const DEBOUNCE = 200;
  const notice = document.getElementById("live-lost");
  const around = (ms) => ms * (0.5 + Math.random());

  /* — what is asked again — */

  let mark = "";
  let over = false; // the session has ended: nothing is asked any more

  async function pulse() {
    if (over) return;
    try {
      const query = new URLSearchParams({ mark, after: document.body.dataset.alarmAfter || 0 });
      const headers = { "HX-Request": "true", "X-Drill": document.body.dataset.drill || "" };
      const answer = await fetch(`${pulseUrl}?${query}`, { headers });
      if (answer.status === 401) end();
      const moved = answer.headers.has("HX-Refresh");
      document.getElementById("stands-elsewhere").hidden = !moved;
      if (moved) document.dispatchEvent(new CustomEvent("zmd:elsewhere"));
      if (answer.status !== 200) return;
      const told = await answer.json();
      mark = told.mark;
      warn(told.warning);
      document.dispatchEvent(new CustomEvent("zmd:pulse", { detail: told }));
    } catch { /* the next one */ }
  }

  function warn(words) {
    const banner = document.getElementById("watchdog");
    if (words === null || banner.textContent === words) return;
    banner.textContent = words;
    banner.hidden = !words;
  }

  const waiting = new Set();
  const typedIn = "input:not([type=hidden]), textarea, select, [contenteditable]";
  const isBusy = (fragment) => fragment.contains(document.activeElement) && document.activeElement.matches(typedIn);

  function ask(fragment) {
    if (isBusy(fragment)) waiting.add(fragment);
    else window.htmx.trigger(fragment, "zmd:refresh");
  }
  document.addEventListener("focusout", () => setTimeout(() => {
    for (const fragment of waiting) {
      if (fragment.isConnected && isBusy(fragment)) continue;
      waiting.delete(fragment);
      if (fragment.isConnected) ask(fragment);
    }
  }));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const fragment = event.detail.elt;
    if (fragment.matches("[data-live]") && isBusy(fragment)) { event.preventDefault(); waiting.add(fragment); }
  });

  /* Whoever stands on a link or a button stands on it afterwards too. */
  let stood = null;
  const looksLike = (one, other) => one.tagName === other.tagName && (one.id ? one.id === other.id
    : one.getAttribute("href") === other.getAttribute("href") && one.textContent === other.textContent);
  const alike = (here) => [...document.querySelectorAll(":is([data-live], [data-polls]) :is(a, button, summary, [tabindex])")].filter((each) => looksLike(each, here));
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    if (!target.matches("[data-live], [data-polls]")) return;
    const here = document.activeElement;
    stood = target.contains(here) ? { here, nth: alike(here).indexOf(here) } : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!stood || document.activeElement !== document.body) return;
    alike(stood.here)[stood.nth]?.focus({ preventScroll: true });
    stood = null;
  });

  /* A fragment names kinds ("incident"), or one thing of a kind ("incident:ZMD-2026-0001"). */
  const concerns = (word, [kind, name]) => word === kind || word === `${kind}:${name}` || (!name && word.startsWith(`${kind}:`));

  function refresh(events) {
    if (over) return;
    for (const fragment of document.querySelectorAll("[data-live]")) {
      const words = fragment.dataset.live.split(" ");
      if (!events || events.some((event) => words.some((word) => concerns(word, event)))) ask(fragment);
    }
    pulse();
  }

  let collected = [];
  let debounce = null;
  function changed({ events, everything }) {
    if (everything) collected = null;
    else collected?.push(...events);
    debounce ??= setTimeout(() => {
      const now = collected;
      collected = [];
      debounce = null;
      refresh(now);
    }, everything ? around(2 * DEBOUNCE) : DEBOUNCE);
  }

  /* — whether it streams — */

  let streaming = false;
  let heardAt = performance.now();
  let caughtUp = false; // a tab that only listens asks once: what came before it listened it has not heard
  let since = document.querySelector('meta[name="server-time"]').content;
  let grace = setTimeout(() => { notice.hidden = false; }, GRACE);

  function turn(on) {
    if (on === streaming) return;
    streaming = on;
    document.body.dataset.streaming = on ? "yes" : "no";
    clearTimeout(grace);
    if (on) notice.hidden = true;
    else grace = setTimeout(() => { if (!over) notice.hidden = false; }, GRACE);
  }

  function end() {
    over = true;
    turn(false);
    clearTimeout(grace);
    notice.hidden = true;
    source?.close();
    source = null;
    document.getElementById("session-ended").hidden = false;
    document.dispatchEvent(new CustomEvent("zmd:session-ended"));
  }

  /* Signed in again in another tab (`session.js`): this page goes on. */
  document.addEventListener("zmd:session-over", () => { if (!over) end(); });
  document.addEventListener("zmd:signed-in", () => {
    over = false;
    if (leads) connect();
    refresh(null);
  });

  /* What the stream says, in this tab and in the others. */
  const hear = {
    beat({ now, warning, feed }) {
      heardAt = performance.now();
      since = now;
      warn(warning);
      turn(feed);
      if (!caughtUp && !source) refresh(null);
      caughtUp = true;
      if (feed) document.dispatchEvent(new CustomEvent("zmd:alive"));
    },
    changed,
    down() { turn(false); },
    ended() { pulse(); },
  };

  const tabs = window.BroadcastChannel ? new BroadcastChannel(`zmd-live-${person}`) : null;
  let last = null;
  function share(kind, told) {
    tabs?.postMessage({ kind, told });
    if (kind === "beat") last = told;
    hear[kind](told);
  }
  tabs?.addEventListener("message", ({ data: { kind, told } }) => {
    if (kind !== "who") hear[kind](told);
    else if (source && last) tabs.postMessage({ kind: "beat", told: last });
  });

  let source = null;
  let pause = 1000;
  let retry = null;
  let leads = false;
  function connect() {
    clearTimeout(retry);
    if (over) return;
    source?.close();
    source = new EventSource(`${streamUrl}?since=${since}`);
    for (const kind of ["beat", "changed", "ended"]) {
      source.addEventListener(kind, (event) => { pause = 1000; share(kind, JSON.parse(event.data)); });
    }
    source.addEventListener("error", lose);
  }

  /* Not left to EventSource, which never comes back from a 502: ever less eagerly, and not all screens at once. */
  function lose() {
    source?.close();
    source = null;
    share("down");
    clearTimeout(retry);
    retry = setTimeout(connect, around(pause));
    pause = Math.min(pause * 2, 15000);
  }

  function lead() {
    leads = true;
    connect();
    window.addEventListener("offline", lose);
    window.addEventListener("online", () => { pause = 1000; connect(); });
    setInterval(() => { if (source && performance.now() - heardAt > SILENCE) lose(); }, 5000);
    return new Promise(() => {}); // holds the lock until the tab goes
  }
  if (tabs && navigator.locks) {
    tabs.postMessage({ kind: "who" });
    navigator.locks.request(`zmd-live-${person}`, lead);
    setInterval(() => { if (performance.now() - heardAt > SILENCE) turn(false); }, 5000);
  } else {
    lead();
  }

  /* — where nothing streams, or an answer failed; and once a minute in any case — */

  const failed = new Set();
  for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(kind, ({ detail: { elt } }) => { if (elt.matches("[data-live]")) failed.add(elt); });
  }
  setInterval(() => {
    if (!streaming) refresh(null);
    else for (const fragment of failed) if (fragment.isConnected) ask(fragment);
    failed.clear();
  }, POLL);
  setInterval(() => { if (streaming) pulse(); }, NET);
  document.addEventListener("zmd:overdue", () => setTimeout(pulse, 1500));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (streaming) pulse(); // in another tab a drill may have been entered, or left
    else refresh(null);
  });
  pulse();
})();
