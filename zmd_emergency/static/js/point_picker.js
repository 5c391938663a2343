/* 在地图上选点: wherever a form asks for longitude and latitude, a button opens the map of the counties; a click on it,
   or the arrow keys and Enter, fills both fields. The map is fetched when it is first asked for. */
"use strict";

(() => {
  const files = document.currentScript.dataset;
  const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let dialog = null;
  let fields = null;

  const fetched = new Map();
  function fetchOnce(tag, name, url) {
    if (!fetched.has(url)) {
      fetched.set(url, new Promise((done, failed) => {
        const element = document.createElement(tag);
        if (tag === "link") element.rel = "stylesheet";
        element[name] = url;
        element.addEventListener("load", done);
        element.addEventListener("error", failed);
        document.head.append(element);
      }));
    }
    return fetched.get(url);
  }

  function build() {
    dialog = document.createElement("dialog");
    dialog.className = "point-dialog";
    dialog.setAttribute("aria-label", "在地图上选点");
    const words = document.createElement("p");
    words.textContent = "点地图选定位置；或用方向键移动准星（按住 Shift 走得更细），回车选定，Esc 取消。示意图，位置为大致。";
    const holder = document.createElement("div");
    holder.className = "point-map county-map";
    holder.dataset.geo = files.geo;
    holder.tabIndex = 0;
    holder.setAttribute("role", "application");
    holder.setAttribute("aria-label", "地图：方向键移动准星，回车选定");
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    const away = document.createElement("button");
    away.type = "button";
    away.className = "btn btn-sm btn-quiet";
    away.textContent = "取消";
    away.addEventListener("click", () => dialog.close());
    dialog.append(words, holder, said, away);
    document.body.append(dialog);
    return { holder, said };
  }

  let drawn = null;
  async function draw() {
    await fetchOnce("link", "href", files.style);
    await fetchOnce("link", "href", files.ownStyle);
    await fetchOnce("script", "src", files.script);
    await fetchOnce("script", "src", files.ownScript);
    const { holder, said } = build();
    dialog.showModal();
    const { map, nameAt } = await window.zmdMap(holder).ready;
    const cross = document.createElement("i");
    cross.className = "point-cross";
    const icon = L.divIcon({ className: "map-pin-holder", html: cross, iconSize: [0, 0] });
    const marker = L.marker(map.getCenter(), { icon, interactive: false, keyboard: false }).addTo(map);

    function move(at) {
      marker.setLatLng(at);
      said.textContent = `东经 ${at.lng.toFixed(6)}，北纬 ${at.lat.toFixed(6)}，${nameAt(at) || "示意图范围之外"}`;
    }
    function take(at) {
      move(at);
      for (const [name, figure] of [["longitude", at.lng], ["latitude", at.lat]]) {
        fields[name].value = figure.toFixed(6);
        fields[name].dispatchEvent(new Event("input", { bubbles: true }));
      }
      dialog.close();
    }
    map.on("click", ({ latlng }) => take(latlng));
    holder.addEventListener("keydown", (event) => {
      const step = STEP[event.key];
      if (step) move(map.containerPointToLatLng(map.latLngToContainerPoint(marker.getLatLng()).add(step.map((n) => n * (event.shiftKey ? 1 : 10)))));
      else if (event.key === "Enter") take(marker.getLatLng());
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return { start() {
      const [lat, lng] = [fields.latitude, fields.longitude].map((field) => parseFloat(field.value));
      move(Number.isFinite(lat) && Number.isFinite(lng) ? L.latLng(lat, lng) : map.getCenter());
      holder.focus();
    } };
  }

  async function open(form) {
    fields = form.elements;
    drawn ??= draw();
    const { start } = await drawn;
    if (!dialog.open) dialog.showModal();
    start();
  }

  function offer(root) {
    for (const field of root.querySelectorAll("input[name=latitude]:not([data-picks])")) {
      field.dataset.picks = "";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-quiet point-button";
      button.textContent = "在地图上选";
      button.addEventListener("click", () => open(field.form));
      field.after(button);
    }
  }
  offer(document);
  document.addEventListener("htmx:afterSwap", (event) => offer(event.detail.target));
})();
