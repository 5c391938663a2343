/* The incident's page: acts open in a dialog, the columns refresh without closing what was opened. */
"use strict";

(() => {
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  const dialog = document.getElementById("act-dialog");
  const body = document.getElementById("act-body");
  const live = document.getElementById("incident-live");
  if (!live) return;
  const failed = document.getElementById("poll-failed");
  let typed = false;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-act]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain) {
      event.preventDefault();
      htmx.ajax("GET", link.href, { target: "#act-body", swap: "innerHTML", source: link });
    } else if (event.target.closest("[data-close]") && dialog.open) {
      event.preventDefault();
      dialog.close();
    } else if (event.target === dialog && !typed) {
      dialog.close();
    }
  });

  body.addEventListener("input", () => { typed = true; });
  dialog.addEventListener("cancel", (event) => {
    if (typed && !window.confirm("已填写的内容还没有提交，确定关闭？")) event.preventDefault();
  });
  dialog.addEventListener("close", () => { typed = false; body.replaceChildren(); });

  /* A refusal is an answer too: it is shown in the dialog, with all that was typed. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target === body && [403, 404, 409, 422].includes(xhr.status) && xhr.responseText) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    if (target === live) remember();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === live) recall();
    if (event.detail.target !== body) return;
    if (!dialog.open) dialog.showModal();
    const wrong = body.querySelector(".has-errors input, .has-errors select, .has-errors textarea");
    const first = body.querySelector("form textarea, form select, form input:not([type=hidden])");
    const chosen = first?.type === "radio" ? body.querySelector(`form input[name="${first.name}"]:checked`) : null;
    (body.querySelector("[data-refused]") || wrong || chosen || first || body.querySelector("[data-close]"))?.focus();
  });

  /* What was opened stays open: reports and folds by id, rows of the timeline by their time and words. */
  const nameOf = (details) => details.id || `${details.closest("li")?.querySelector("time")?.dateTime} ${details.querySelector("summary")?.textContent.trim()}`;
  let opened = new Set();
  let shown = null;
  function remember() {
    opened = new Set([...live.querySelectorAll("details[open]")].map(nameOf));
    shown = new Map([...live.querySelectorAll(".caller-shown")].map((p) => [p.closest("details").id, p]));
  }
  function recall() {
    for (const details of live.querySelectorAll("details")) if (opened.has(nameOf(details))) details.open = true;
    for (const [id, p] of shown) document.getElementById(id)?.querySelector("form")?.replaceWith(p);
  }

  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.elt === live) failed.hidden = true; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== live) return;
    if (event.detail.successful) {
      failed.hidden = true;
      document.getElementById("poll-since").textContent = new Intl.DateTimeFormat("zh-CN", {
        timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
      }).format(window.zmdClock.now());
    } else {
      failed.hidden = false;
    }
  });
})();
