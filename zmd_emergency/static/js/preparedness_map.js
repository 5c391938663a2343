/* 准备 on the map: which layers are shown, here and in the list beside it; a click on a county leads to its part. */
"use strict";

(() => {
  const points = JSON.parse(document.getElementById("map-points").textContent);
  const map = window.zmdMap(document.getElementById("county-map"));
  const boxes = [...document.querySelectorAll("[data-layer]")];

  function paint() {
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.layer));
    map.paint({ counties: [], points: points.filter((point) => shown.has(point.layer)) });
    for (const row of document.querySelectorAll("[data-of-layer]")) row.hidden = !shown.has(row.dataset.ofLayer);
  }

  for (const box of boxes) box.addEventListener("change", paint);
  map.ready.then(({ map: leaflet, nameAt }) => {
    leaflet.on("click", ({ latlng }) => {
      const head = document.getElementById(`at-${nameAt(latlng)}`);
      head?.scrollIntoView({ block: "nearest" });
      head?.focus({ preventScroll: true });
    });
  });
  paint();
})();
