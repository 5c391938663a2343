/* A session ends when nobody works; a half-typed form does not end with it. Who works goes on by himself; a warning comes
   before; and when it has ended, signing in happens in another tab, after which this page goes on where it was. */
"use strict";

(() => {
  const { person, session: stateUrl, sessionLeft } = document.body.dataset;
  if (!person) return;

  const WARN = 120000;
  const KEEP = 60000;
  const LOOK = 2000;
  const warning = document.getElementById("session-warning");
  const until = document.getElementById("session-until");
  const banner = document.getElementById("session-ended");
  const dialog = document.getElementById("session-dialog");
  const said = document.getElementById("session-said");
  const tabs = window.BroadcastChannel ? new BroadcastChannel(`zmd-session-${person}`) : null;
  const token = window.zmdToken;

  let endsAt = Date.now() + Number(sessionLeft) * 1000;
  let keptAt = Date.now();
  let over = false;
  let typed = false;
  const waiting = []; // what was sent in vain, to be sent again

  /* — going on — */

  function goesOn(left) {
    endsAt = Date.now() + left * 1000;
    warning.hidden = true;
  }
  tabs?.addEventListener("message", ({ data }) => { if (!over) goesOn(data); });

  async function ask(method) {
    const headers = method === "POST" ? { "X-CSRFToken": token() } : {};
    const answer = await fetch(stateUrl, { method, headers, cache: "no-store" });
    if (answer.status === 401) return { person: null, left: 0 };
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  function take(told) {
    if (String(told.person) !== person || told.left <= 0) return end();
    goesOn(told.left);
    tabs?.postMessage(told.left);
  }

  async function keep() {
    keptAt = Date.now();
    try { take(await ask("POST")); } catch { /* the clock goes on; it is asked again before the end */ }
  }
  document.getElementById("session-keep")?.addEventListener("click", keep);

  function works() {
    if (!over && Date.now() - keptAt > KEEP) keep();
  }
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, works, { capture: true, passive: true });
  document.addEventListener("input", () => { typed = true; });

  /* — the end — */

  let looking = false;
  setInterval(async () => {
    if (looking || document.hidden) return;
    looking = true;
    const left = endsAt - Date.now();
    try {
      if (over) comesBack(await ask("GET"));
      else if (left <= 0) take(await ask("GET"));
      else if (left <= WARN && warning.hidden) {
        take(await ask("GET")); // another tab may have gone on
        if (!over && endsAt - Date.now() <= WARN) warn();
      }
    } catch { /* no server: nothing is known */ } finally { looking = false; }
  }, LOOK);

  function warn() {
    until.textContent = new Intl.DateTimeFormat("zh-CN", {
      timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    }).format(endsAt);
    warning.hidden = false;
  }

  function end() {
    warning.hidden = true;
    banner.hidden = false;
    if (!over) document.dispatchEvent(new CustomEvent("zmd:session-over"));
    over = true;
    if ((typed || waiting.length) && !dialog.open) dialog.showModal();
  }
  document.addEventListener("zmd:session-ended", end); // said by the server, or by the live feed

  function comesBack(told) {
    if (told.person === null) return;
    if (String(told.person) !== person) {
      said.textContent = "现在登录的是另一个账号。这一页由原来的账号填写，请用原账号登录。";
      return;
    }
    over = false;
    said.textContent = "";
    banner.hidden = true;
    if (dialog.open) dialog.close();
    goesOn(told.left);
    document.dispatchEvent(new CustomEvent("zmd:signed-in"));
    for (const again of waiting.splice(0)) again();
  }
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());

  /* — nothing that is sent is lost — */

  function fresh(form) {
    const field = form.elements.csrfmiddlewaretoken;
    if (field && token()) field.value = token();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.closest("#session-dialog")) return;
    fresh(form);
    if (!over || form.matches("[hx-post], #sign-out")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.splice(0, waiting.length, () => { if (form.isConnected) form.requestSubmit(event.submitter); });
    end();
  }, { capture: true });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get" && token()) detail.headers["X-CSRFToken"] = token();
  });

  document.addEventListener("htmx:responseError", ({ detail: { xhr, elt, requestConfig } }) => {
    if (xhr.status !== 401) return;
    if (requestConfig.verb !== "get") {
      const by = requestConfig.triggeringEvent;
      waiting.splice(0, waiting.length, () => {
        if (!elt.isConnected) return;
        if (elt.tagName === "FORM") elt.requestSubmit(by?.submitter);
        else window.htmx.trigger(elt, by?.type || "click");
      });
    }
    end();
  });
})();
