/* The incident's page: the columns refresh without closing what was opened. */
"use strict";

(() => {
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  const live = document.getElementById("incident-live");
  if (!live) return;
  const failed = document.getElementById("poll-failed");

  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target === live) remember(); });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === live) recall(); });

  /* What was opened stays open: reports and folds by id, rows of the timeline by their time and words. */
  const nameOf = (details) => details.id || `${details.closest("li")?.querySelector("time")?.dateTime} ${details.querySelector("summary")?.textContent.trim()}`;
  let opened = new Set();
  let shown = null;
  function remember() {
    opened = new Set([...live.querySelectorAll("details[open]")].map(nameOf));
    shown = new Map([...live.querySelectorAll("details .caller-shown, details .look-form")].map((p) => [p.closest("details").id, p]));
  }
  function recall() {
    for (const details of live.querySelectorAll("details")) if (opened.has(nameOf(details))) details.open = true;
    for (const [id, p] of shown) document.getElementById(id)?.querySelector(".look")?.replaceWith(p);
  }

  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.elt === live) failed.hidden = true; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== live) return;
    if (event.detail.successful) {
      failed.hidden = true;
      document.getElementById("poll-since").textContent = window.zmdClock.words(window.zmdClock.now());
    } else {
      failed.hidden = false;
    }
  });
})();
