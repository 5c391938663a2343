/* The map of the counties: coloured by the severest open level, with it and the count in words, and points of what is
   where. `zmdMap(place)` draws it in an element and returns what paints the newest figures into it. */
"use strict";

window.zmdMap = (place) => {
  const ROMAN = "ⅠⅡⅢⅣ";
  const shapes = new Map();
  const pins = L.layerGroup();
  let shown = { counties: [], points: [] };
  let drawn = false;

  function pin(point) {
    const mark = document.createElement("i");
    const words = document.createElement("span");
    words.textContent = point.mark || ROMAN[point.level - 1] || "";
    mark.className = `map-pin level-${point.level || 0}`;
    mark.title = `${point.name} ${point.title}`;
    mark.append(words);
    if (!point.out) return mark;
    const both = document.createElement("div");
    const drawn = document.createElement("b");
    drawn.className = "map-out";
    drawn.textContent = `调 ${point.out}`;
    drawn.title = `${point.out} 项资源调入`;
    both.append(mark, drawn);
    return both;
  }

  /* The county's name with how many lie somewhere in it, and its count in words. */
  function label(name, total, rough) {
    const box = document.createElement("div");
    box.className = `county-label${total?.count ? " has-open" : ""}`;
    const title = document.createElement("span");
    title.textContent = name;
    if (rough) {
      const mark = document.createElement("i");
      mark.className = "map-pin is-rough";
      mark.textContent = rough;
      mark.title = `${rough} ${place.dataset.counted || "起"}未标注位置，置于县区中心`;
      title.append(" ", mark);
    }
    box.append(title);
    if (total?.count) {
      const count = document.createElement("b");
      count.className = `level level-${total.level}`;
      count.textContent = `${ROMAN[total.level - 1]}级 ${total.count} 起`;
      box.append(count);
    }
    return L.divIcon({ className: "county-label-holder", html: box, iconSize: [0, 0] });
  }

  function paint(data) {
    shown = data;
    if (!drawn) return;
    const totals = new Map(data.counties.map((county) => [county.name, county]));
    for (const [name, { shape, marker }] of shapes) {
      const total = totals.get(name);
      const rough = data.points.filter((point) => !point.at && point.county === name).length;
      marker.setIcon(label(name, total, rough));
      shape.getElement()?.setAttribute("class", `county-shape county-level-${total?.level || 0}`);
    }
    pins.clearLayers();
    for (const point of data.points.filter((each) => each.at)) {
      const icon = L.divIcon({ className: "map-pin-holder", html: pin(point), iconSize: [0, 0] });
      L.marker(point.at, { icon, interactive: false, keyboard: false }).addTo(pins);
    }
  }

  async function draw() {
    const answer = await fetch(place.dataset.geo);
    if (!answer.ok) throw new Error(answer.status);
    const geo = await answer.json();
    const map = L.map(place, {
      zoomControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false,
      touchZoom: false, keyboard: false, tap: false, zoomSnap: 0, attributionControl: false, fadeAnimation: false,
      zoomAnimation: false, markerZoomAnimation: false,
    });
    if (place.dataset.tiles) {
      const plain = document.createElement("span");
      plain.textContent = place.dataset.attribution;
      L.control.attribution({ prefix: false }).addTo(map);
      L.tileLayer(place.dataset.tiles, { attribution: plain.innerHTML }).addTo(map);
      place.classList.add("has-tiles");
    }
    const outlines = L.geoJSON(geo, {
      interactive: false,
      style: { weight: 1, className: "county-shape county-level-0" },
      onEachFeature({ properties: { name, label_lat, label_lon } }, shape) {
        const icon = label(name, null, 0);
        const marker = L.marker([label_lat, label_lon], { interactive: false, keyboard: false, icon });
        shapes.set(name, { shape, marker });
      },
    }).addTo(map);
    const fit = () => map.fitBounds(outlines.getBounds(), { padding: [6, 6], animate: false });
    fit();
    for (const { marker } of shapes.values()) marker.addTo(map);
    pins.addTo(map);
    new ResizeObserver(() => { map.invalidateSize({ animate: false }); fit(); }).observe(place);
    drawn = true;
    paint(shown);
    return { map, nameAt: (at) => nameAt(geo, at) };
  }

  /* Which county a point lies in, by counting how often a line from it crosses the outline. */
  function nameAt(geo, { lat, lng }) {
    const inside = (ring) => ring.reduce((odd, [x, y], n) => {
      const [px, py] = ring[(n || ring.length) - 1];
      return (y > lat) !== (py > lat) && lng < ((px - x) * (lat - y)) / (py - y) + x ? !odd : odd;
    }, false);
    return geo.features.find(({ geometry: { type, coordinates } }) => (
      (type === "Polygon" ? [coordinates] : coordinates).some(([outer]) => inside(outer))
    ))?.properties.name;
  }

  return { paint, ready: draw() };
};
