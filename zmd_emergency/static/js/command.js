/* The command screen: its map, the county that was chosen on it, printing, and whether what it shows is still fresh. */
"use strict";

(() => {
  const data = () => JSON.parse(document.getElementById("county-levels").textContent);
  const map = window.zmdMap(document.getElementById("county-map"));
  map.paint(data());

  function list(name) {
    const county = data().counties.find((each) => each.name === name);
    const row = county && document.getElementById(`county-${county.code}`);
    if (!row) return;
    row.open = true;
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("summary").focus({ preventScroll: true });
  }
  map.ready.then(({ map: leaflet, nameAt }) => {
    leaflet.on("click", ({ latlng }) => list(nameAt(latlng)));
  });

  document.querySelector("[data-print]").addEventListener("click", () => window.print());

  /* What was opened stays open when newer figures come. */
  let opened = [];
  const isFigures = (event) => event.detail.target?.id === "command-figures" || event.detail.elt?.id === "command-figures";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isFigures(event)) opened = [...document.querySelectorAll(".county-row[open]")].map((row) => row.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!isFigures(event)) return;
    for (const id of opened) { const row = document.getElementById(id); if (row) row.open = true; }
    map.paint(data());
  });

  const STALE_AFTER = 35000;
  const stale = document.getElementById("stale");
  const since = document.getElementById("stale-since");
  let fresh = Number(since.dataset.since);
  let failing = false;

  function sayIfStale(failed) {
    stale.hidden = !failed && window.zmdClock.now() - fresh < STALE_AFTER;
    if (!stale.hidden) since.textContent = window.zmdClock.words(fresh);
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id !== "command-figures") return;
    failing = !event.detail.successful;
    if (!failing) fresh = window.zmdClock.now();
    sayIfStale(failing);
  });
  document.addEventListener("zmd:alive", () => { if (!failing) fresh = window.zmdClock.now(); });
  setInterval(() => sayIfStale(failing), 5000);
})();
