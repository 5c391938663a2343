/* Countdowns on the server's clock: its time comes with the page and with every fragment, and goes on by
   the browser's monotonic clock, so a wrong wall clock does not matter. */
"use strict";

(() => {
  const meta = document.querySelector('meta[name="server-time"]');
  const arrived = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  let origin = Number(meta.content) - arrived;

  const now = () => origin + performance.now();

  /* In a drill: when it started, what the time was then in it, how fast it runs. */
  const drill = document.body.dataset.drillClock?.split(" ").map(Number);
  const shown = (at) => (drill ? drill[1] + (at - drill[0]) * drill[2] : at);

  function learn(header) {
    const told = Number(header);
    if (told) origin = told - performance.now();
  }

  function span(ms) {
    const minutes = Math.floor(ms / 60000);
    if (!minutes) return "不到 1 分";
    const hours = Math.floor(minutes / 60);
    const and = (n, unit) => (n ? ` ${String(n).padStart(2, "0")} ${unit}` : "");
    const days = Math.floor(hours / 24);
    if (days >= 2) return `${days} 天${and(days < 10 ? hours % 24 : 0, "小时")}`;
    return hours ? `${hours} 小时${and(minutes % 60, "分")}` : `${minutes} 分`;
  }

  function spanLeft(ms) {
    if (ms >= 180000) return span(ms);
    const seconds = Math.max(0, Math.floor(ms / 1000));
    return seconds >= 60 ? `${Math.floor(seconds / 60)} 分 ${String(seconds % 60).padStart(2, "0")} 秒` : `${seconds} 秒`;
  }

  /* A drill's debts run faster than the clock on the wall. */
  const paceOf = (element) => Number(element.dataset.pace || 1);
  const leftOf = (element) => (Number(element.dataset.due) - now()) * paceOf(element);

  function show(element) {
    const left = leftOf(element);
    const words = element.querySelector(".countdown-words");
    if (left > -1000 * paceOf(element)) {
      words.textContent = `还剩 ${spanLeft(left)}`;
      return;
    }
    if (element.dataset.state === "open") turnOverdue(element, words);
    words.textContent = `已超 ${span(-left)}`;
  }

  function turnOverdue(element, words) {
    element.dataset.state = "breached";
    element.classList.add("is-overdue");
    const flag = document.createElement("b");
    flag.className = "countdown-flag";
    flag.textContent = "超时";
    words.before(flag, " ");
    const basis = document.createElement("small");
    basis.className = "countdown-basis";
    basis.textContent = element.dataset.breach;
    words.after(" ", basis);
    element.dispatchEvent(new CustomEvent("zmd:overdue", { bubbles: true }));
  }

  const words = (at) => new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).format(shown(at));

  const day = (at) => new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", month: "long", day: "numeric",
  }).format(shown(at));

  let beat = 0;
  function tick() {
    beat += 1;
    for (const element of document.querySelectorAll(".countdown[data-due]")) {
      const left = leftOf(element);
      if (beat % 10 === 1 || Math.abs(left) < 300000 || paceOf(element) > 1) show(element);
    }
    for (const element of document.querySelectorAll("[data-drill-date]")) element.textContent = day(now());
    for (const element of document.querySelectorAll("[data-clock], [data-drill-time]")) element.textContent = words(now());
  }

  async function ask() {
    try {
      const answer = await fetch(meta.dataset.livez, { method: "HEAD", cache: "no-store" });
      learn(answer.headers.get("X-Server-Time"));
      beat = 0;
      tick();
    } catch { /* offline: the clock goes on as it is */ }
  }

  /* For what is fetched without htmx: the server's time that came with it, and newly shown countdowns. */
  function look(answer) {
    learn(answer.headers.get("X-Server-Time"));
    beat = 0;
    tick();
  }

  window.zmdClock = { now, shown, span, words, look };
  document.addEventListener("htmx:afterRequest", (event) => {
    learn(event.detail.xhr?.getResponseHeader("X-Server-Time"));
  });
  document.addEventListener("htmx:afterSettle", () => { beat = 0; tick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  setInterval(tick, 1000);
  tick();
})();
