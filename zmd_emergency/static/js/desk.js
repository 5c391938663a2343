/* The duty desk by keyboard (N, J K, Enter, ?), and a poll that keeps the selection and says when it fails. */
"use strict";

(() => {
  const board = document.getElementById("desk-board");
  const failed = document.getElementById("poll-failed");
  const help = document.getElementById("desk-help");
  let selected = null; // an incident's number; it outlives the rows

  const rows = () => [...board.querySelectorAll("tr[data-number]")].filter((row) => row.getClientRects().length);

  function mark(move = false) {
    for (const row of board.querySelectorAll("tr[data-number]")) {
      const chosen = row.dataset.number === selected;
      row.classList.toggle("is-selected", chosen);
      if (chosen && move) {
        row.querySelector("a").focus({ preventScroll: true });
        row.scrollIntoView({ block: "nearest" });
      }
    }
  }

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.dataset.number === selected);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    selected = all[to].dataset.number;
    mark(true);
  }

  function open() {
    const row = rows().find((each) => each.dataset.number === selected);
    if (row) window.location = row.querySelector("a").href;
  }

  function toggleHelp() {
    if (help.open) help.close();
    else help.showModal();
  }

  const typing = (target) => target.matches?.("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "?" || key === "？") toggleHelp();
    else if (help.open) return;
    else if (key === "n" && board.dataset.intake) window.location = board.dataset.intake;
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "Enter" && selected && !event.target.closest?.("a, button, summary")) open();
    else return;
    event.preventDefault();
  });

  board.addEventListener("click", (event) => { if (event.target.closest("[data-help]")) toggleHelp(); });
  board.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-number]");
    if (row) { selected = row.dataset.number; mark(); }
  });

  let focused = null;
  let ended = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== board) return;
    focused = board.contains(document.activeElement) ? document.activeElement.id : null;
    ended = document.getElementById("desk-ended")?.open;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== board) return;
    failed.hidden = true;
    const fold = document.getElementById("desk-ended");
    if (fold && ended) fold.open = true;
    mark();
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
  });

  /* Nothing new: asked just now, or the live feed is there and has said nothing. */
  function checked() {
    const now = window.zmdClock.words(window.zmdClock.now());
    for (const time of board.querySelectorAll("[data-checked]")) time.textContent = now;
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== board || event.detail.xhr.status !== 204) return;
    failed.hidden = true;
    checked();
  });
  document.addEventListener("zmd:alive", () => { if (failed.hidden) checked(); });

  function fail(event) {
    if (event.detail.elt !== board) return;
    if (failed.hidden) document.getElementById("poll-since").textContent = document.getElementById("desk-time").textContent;
    failed.hidden = false;
  }
  for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(kind, fail);
})();
