/* The phone intake by keyboard: Ctrl+Enter files, a chosen firm brings its county, a class its usual origin,
   fields for paper appear with fax and paper only. */
"use strict";

(() => {
  const form = document.getElementById("intake-form");
  const data = JSON.parse(document.getElementById("intake-data").textContent);
  const { county, origin, channel, paper_kind: kind, informant } = form.elements;
  const touched = new Set();

  form.addEventListener("zmd:chosen", (event) => {
    if (event.target.name === "enterprise" && event.detail.county && !county.value) county.value = event.detail.county;
  });

  form.addEventListener("change", (event) => {
    if (event.isTrusted) touched.add(event.target.name);
    if (event.target.name === "event_class" && !touched.has("origin")) {
      origin.value = data.origins[event.target.value] || "inside";
    }
    arrange();
  });

  function show(name, visible) {
    const field = form.querySelector(`.intake-${name}`);
    if (field) field.hidden = !visible;
  }

  function arrange() {
    const onPaper = channel.value !== "PHONE";
    show("paper_kind", onPaper);
    for (const name of ["unit", "source"]) show(name, onPaper);
    show("rest_unknown", onPaper && kind.value === "WRITTEN");
    form.querySelector("label[for=id_enterprise]").classList.toggle("is-needed", informant.value === "ENTERPRISE");
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Enter" && event.target.matches?.("#intake-form input, #intake-form select")) {
      event.preventDefault(); // a call is filed by Ctrl+Enter or the button, not by a slip in the middle of it
    }
  });

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
  window.addEventListener("pageshow", () => { sent = false; });

  arrange();
  const wrong = form.querySelector(".has-errors input, .has-errors select, .has-errors textarea");
  if (wrong) setTimeout(() => wrong.focus(), 0);
})();
