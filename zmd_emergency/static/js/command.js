/* The map of the counties, and whether what the dashboard shows is still fresh. */
"use strict";

(() => {
  const place = document.getElementById("county-map");
  const shapes = new Map();

  function totals() {
    const data = JSON.parse(document.getElementById("county-levels").textContent);
    return new Map(data.map((county) => [county.name, county]));
  }

  function label(name, total) {
    const box = document.createElement("div");
    box.className = `county-label${total?.count ? " has-open" : ""}`;
    const title = document.createElement("span");
    title.textContent = name;
    box.append(title);
    if (total?.count) {
      const count = document.createElement("b");
      count.className = `level level-${total.level}`;
      count.textContent = `${"ⅠⅡⅢⅣ"[total.level - 1]}级 ${total.count}`;
      box.append(count);
    }
    return L.divIcon({ className: "county-label-holder", html: box, iconSize: [0, 0] });
  }

  function paint() {
    const now = totals();
    for (const [name, { shape, marker }] of shapes) {
      const total = now.get(name);
      marker.setIcon(label(name, total));
      const element = shape.getElement();
      if (element) element.setAttribute("class", `leaflet-interactive county-shape county-level-${total?.level || 0}`);
    }
  }

  async function draw() {
    const map = L.map(place, {
      zoomControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false,
      touchZoom: false, keyboard: false, tap: false, zoomSnap: 0, attributionControl: false, fadeAnimation: false,
      zoomAnimation: false, markerZoomAnimation: false,
    });
    L.control.attribution().setPrefix(false);
    const geo = await (await fetch(place.dataset.geo)).json();
    const layer = L.geoJSON(geo, {
      interactive: false,
      style: { weight: 1, className: "county-shape county-level-0" },
      onEachFeature(feature, shape) {
        const { name, label_lat, label_lon } = feature.properties;
        const marker = L.marker([label_lat, label_lon], { interactive: false, keyboard: false, icon: label(name) });
        shapes.set(name, { shape, marker });
      },
    }).addTo(map);
    const fit = () => map.fitBounds(layer.getBounds(), { padding: [6, 6], animate: false });
    fit();
    for (const { marker } of shapes.values()) marker.addTo(map);
    new ResizeObserver(() => { map.invalidateSize({ animate: false }); fit(); }).observe(place);
    paint();
  }

  const STALE_AFTER = 35000;
  const stale = document.getElementById("stale");
  const since = document.getElementById("stale-since");
  let fresh = Number(since.dataset.since);
  let failing = false;

  function sayIfStale(failed) {
    stale.hidden = !failed && window.zmdClock.now() - fresh < STALE_AFTER;
    if (!stale.hidden) {
      since.textContent = new Intl.DateTimeFormat("zh-CN", {
        timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
      }).format(fresh);
    }
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.elt.closest?.("[data-polls]") && event.detail.elt.id !== "command-figures") return;
    failing = !event.detail.successful;
    if (!failing) fresh = window.zmdClock.now();
    sayIfStale(failing);
  });
  document.addEventListener("zmd:alive", () => { if (!failing) fresh = window.zmdClock.now(); });
  document.addEventListener("htmx:afterSettle", () => { if (document.getElementById("county-levels")) paint(); });
  setInterval(() => sayIfStale(failing), 5000);
  draw();
})();
