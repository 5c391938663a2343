/* What every page does: clauses open in place, a lost session or server is said, signing out leaves no drafts. */
"use strict";

/* The page's own token may be older than the cookie: signing in again, in another tab, renews it. */
window.zmdToken = () => {
  const name = `${document.body.dataset.csrf}=`;
  return document.cookie.split("; ").find((each) => each.startsWith(name))?.slice(name.length) || "";
};

/* On a telephone a list's rows stand as cards (pages.css): their cells then bear the columns' names, which the table's head says once. */
(() => {
  const apart = ".is-stacked, .quiet-table, .log-table";

  function name(table) {
    const columns = [...(table.tHead?.rows[0]?.cells || [])].map((cell) => (cell.querySelector(".visually-hidden") ? "" : cell.textContent.trim()));
    if (!columns.length || table.matches(apart)) return;
    for (const row of table.querySelectorAll(":scope > tbody > tr, :scope > tfoot > tr")) {
      let at = 0;
      for (const cell of row.cells) {
        if (cell.colSpan === 1 && columns[at]) cell.dataset.label ||= columns[at];
        at += cell.colSpan;
      }
    }
    table.classList.add("is-folding");
  }

  const look = (within) => within.querySelectorAll(".table-responsive > table").forEach(name);
  look(document);
  document.addEventListener("htmx:load", (event) => look(event.detail.elt.parentElement || document));

  /* Places and tabs that don't fit are shown from where one is. */
  for (const row of document.querySelectorAll(".frame-places, .incident-tabs")) {
    const here = row.querySelector("[aria-current]");
    if (here) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 3;
  }
})();

(() => {
  const popover = document.getElementById("clause-popover");
  const text = document.getElementById("clause-popover-text");
  let opener = null;

  async function openClause(tag) {
    const answer = await fetch(tag.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    text.replaceChildren(...parsed.body.childNodes);
    opener = tag;
    const host = tag.closest("dialog") || document.body;
    if (popover.parentElement !== host) host.append(popover);
    popover.showPopover();
    place(tag);
    text.focus();
  }

  function place(tag) {
    const at = tag.getBoundingClientRect();
    const size = popover.getBoundingClientRect();
    const left = Math.max(16, Math.min(at.left, window.innerWidth - size.width - 16));
    const below = at.bottom + 6;
    const top = below + size.height > window.innerHeight - 16 ? Math.max(16, at.top - size.height - 6) : below;
    popover.style.left = `${left}px`;
    popover.style.top = `${top}px`;
  }

  document.addEventListener("click", (event) => {
    const tag = event.target.closest("a.clause-tag");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!tag || !plain || !popover?.showPopover || popover.contains(tag)) return;
    event.preventDefault();
    openClause(tag).catch(() => { window.location = tag.href; });
  });

  popover?.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && opener?.isConnected && popover.contains(document.activeElement)) opener.focus();
  });
  popover?.addEventListener("beforetoggle", (event) => {
    if (event.newState === "closed" && popover.contains(document.activeElement)) opener?.focus();
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) document.getElementById("session-ended").hidden = false;
    else if (!event.detail.elt.closest("[data-polls]")) document.getElementById("request-failed").hidden = false;
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt.closest("[data-polls]")) document.getElementById("request-failed").hidden = false;
  });
  document.addEventListener("htmx:afterOnLoad", () => { document.getElementById("request-failed").hidden = true; });

  document.getElementById("sign-out")?.addEventListener("submit", () => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("zmd-draft")) localStorage.removeItem(key);
    } catch { /* storage is off: nothing was kept */ }
  });

  const wrong = "main [data-refused], main .has-errors :is(input, select, textarea)";
  (document.getElementById("form-errors") || document.querySelector(wrong))?.focus();
})();
