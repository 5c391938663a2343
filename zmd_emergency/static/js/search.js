/* The box in the head of every page: "/" leads to it, and what is found so far stands under it while one types.
   By keyboard: arrows move, Enter opens what is chosen (or all that is found), Escape closes. */
"use strict";

(() => {
  const box = document.getElementById("frame-search");
  const list = document.getElementById("frame-found");
  if (!box || !list) return;
  const WAIT = 200;
  let timer = null;
  let at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const typing = (target) => target.matches?.("input, textarea, select, [contenteditable]");

  function close() {
    clearTimeout(timer);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function open() {
    at = -1;
    box.removeAttribute("aria-activedescendant");
    list.hidden = !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  function mark(to) {
    const all = options();
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    box.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function ask() {
    clearTimeout(timer);
    if (!box.value.trim()) {
      list.replaceChildren();
      close();
      return;
    }
    timer = setTimeout(() => box.dispatchEvent(new Event("zmd:typed")), WAIT);
  }

  box.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
  box.addEventListener("compositionend", ask);
  box.addEventListener("focus", () => { if (box.value.trim() && list.children.length) open(); });
  document.addEventListener("focusout", (event) => {
    if (event.target === box && !list.contains(event.relatedTarget)) close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus, the click opens

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list && document.activeElement === box) open();
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const shown = !list.hidden;
    if (event.key === "ArrowDown") shown ? mark(at + 1) : open();
    else if (event.key === "ArrowUp" && shown) mark(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && shown && at >= 0) window.location = options()[at].href;
    else if (event.key === "Escape" && shown) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    box.focus();
    box.select();
    event.preventDefault();
  });
})();
