/* Acts open in a dialog where one stands on the page; `C` opens the one by which whoever owes next is chased,
   `B` the one by which a brief is begun. */
"use strict";

(() => {
  const dialog = document.getElementById("act-dialog");
  const body = document.getElementById("act-body");
  if (!dialog) return;
  let typed = false;

  const mayClose = () => !typed || window.confirm("已填写的内容还没有提交，确定关闭？");

  function open(url, source) {
    htmx.ajax("GET", url, { target: "#act-body", swap: "innerHTML", source });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-act]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain) {
      event.preventDefault();
      open(link.href, link);
    } else if (event.target.closest("[data-close]") && dialog.open) {
      event.preventDefault();
      if (mayClose()) dialog.close();
    } else if (event.target === dialog && !typed) {
      dialog.close();
    }
  });

  const typing = (target) => target.matches?.("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (!["b", "c"].includes(key) || document.querySelector("dialog[open]")) return;
    if (key === "b") {
      const link = document.querySelector("#act-briefdraft");
      if (link) { event.preventDefault(); open(link.href, link); }
      return;
    }
    const row = document.querySelector("tr.is-selected[data-chase]");
    const url = row?.dataset.chase || document.querySelector("a[data-chase-next]")?.href;
    if (!url) return;
    event.preventDefault();
    open(url, row || document.body);
  });

  body.addEventListener("input", () => { typed = true; });
  dialog.addEventListener("cancel", (event) => {
    if (!mayClose()) event.preventDefault();
  });
  dialog.addEventListener("close", () => { typed = false; body.replaceChildren(); });

  /* A refusal is an answer too: it is shown in the dialog, with all that was typed. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target === body && [403, 404, 409, 422].includes(xhr.status) && xhr.responseText) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    if (!dialog.open) dialog.showModal();
    const wrong = body.querySelector(".has-errors input, .has-errors select, .has-errors textarea");
    const first = body.querySelector("form textarea, form select, form input:not([type=hidden])");
    const chosen = first?.type === "radio" ? body.querySelector(`form input[name="${first.name}"]:checked`) : null;
    const begins = body.querySelector("form:not(:has(.act-sure)) button[type=submit]");  // nothing asked, nothing final
    (body.querySelector("[data-refused]") || wrong || chosen || first || begins || body.querySelector("[data-close]"))?.focus();
  });

  /* Who answered has been said: on to what was promised. */
  body.addEventListener("change", (event) => {
    if (event.target.name === "call_made") body.querySelector("[name=promised_by]")?.focus();
  });
})();
