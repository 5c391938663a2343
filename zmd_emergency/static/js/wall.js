/* The wall: asks every ten seconds with its own address, turns its panels, says when its data is stale. It never gives
   up: whatever fails is asked again, and after a new release the page loads itself anew. */
"use strict";

(() => {
  const ASK = 10000;
  const TURN = 12000;
  const STALE_AFTER = 25000;
  const PATIENCE = 8000;
  const { figures: address, version } = document.body.dataset;
  const place = document.getElementById("wall-figures");
  const stale = document.getElementById("stale");
  const closed = document.getElementById("closed");
  const wall = document.getElementById("wall");
  const map = window.zmdMap(document.getElementById("wall-map"));
  let fresh = window.zmdClock.now();

  /* — turning — */

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let shown = "";
  const panels = () => [...place.querySelectorAll(".wall-panel")];

  function show(panel) {
    shown = panel.getAttribute("aria-label");
    for (const each of panels()) each.classList.toggle("is-shown", each === panel);
  }
  function turn(by) {
    const all = panels();
    const at = Math.max(0, all.findIndex((panel) => panel.getAttribute("aria-label") === shown));
    show(all[(at + by) % all.length]);
  }
  const arrange = () => {
    document.body.classList.toggle("turns", !still.matches);
    turn(0);
  };

  /* — asking — */

  function take(text) {
    const parsed = document.createElement("template");
    parsed.innerHTML = text;
    place.replaceChildren(parsed.content);
    map.paint(JSON.parse(document.getElementById("county-levels").textContent));
    turn(0);
  }

  function close(is) {
    closed.hidden = !is;
    wall.hidden = is;
    if (is) place.replaceChildren();
  }

  async function ask() {
    try {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 404 || answer.status === 410) close(true);
      if (!answer.ok) return;
      const text = await answer.text();
      if (answer.headers.get("X-Wall-Version") !== version) await reload();
      close(false);
      take(text);
      fresh = window.zmdClock.now();
      window.zmdClock.look(answer);
    } catch { /* the next one */ } finally {
      sayIfStale();
    }
  }

  /* Only to a page that is there: half a server must not leave the wall with an error page that has no script. */
  async function reload() {
    const answer = await fetch(window.location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) window.location.reload();
  }

  function sayIfStale() {
    stale.hidden = !closed.hidden || window.zmdClock.now() - fresh < STALE_AFTER;
    document.body.classList.toggle("is-stale", !stale.hidden);
    document.getElementById("stale-since").textContent = window.zmdClock.words(fresh);
  }

  map.paint(JSON.parse(document.getElementById("county-levels").textContent));
  still.addEventListener("change", arrange);
  arrange();
  setInterval(ask, ASK);
  setInterval(() => { if (!still.matches && closed.hidden) turn(1); }, TURN);
  setInterval(sayIfStale, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
})();
