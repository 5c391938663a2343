/* A half-typed form is kept: on the server every few seconds, and in this browser when the server can't be
   reached or the session is lost. `form[data-draft]` holds the address, `data-draft-key` the browser's key. */
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  const filed = document.querySelector("[data-filed-draft]");
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* storage is off */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* storage is off */ } },
  };
  if (filed) store.drop(filed.dataset.filedDraft);
  if (!form) return;

  const EVERY = 3000;
  const key = form.dataset.draftKey;
  const said = document.getElementById("draft-saved");
  const line = document.getElementById("draft-line");
  const words = document.getElementById("draft-words");
  const now = () => (window.zmdClock ? window.zmdClock.now() : Date.now());
  const clock = (at) => new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(window.zmdClock ? window.zmdClock.shown(at) : at);
  const token = window.zmdToken;
  const NOT_TYPED = ["csrfmiddlewaretoken", "_drill"];
  let timer = null;
  let sending = false;
  let leaving = false;

  function typed() {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (!NOT_TYPED.includes(name) && typeof value === "string") (fields[name] ||= []).push(value);
    }
    return fields;
  }

  async function save() {
    timer = null;
    if (sending || leaving) return;
    sending = true;
    const fields = typed();
    try {
      const body = new URLSearchParams(Object.entries(fields).flatMap(([name, values]) => values.map((v) => [name, v])));
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body, redirect: "error", headers: { "X-CSRFToken": token(), "HX-Request": "true", "X-Drill": document.body.dataset.drill || "" },
      });
      if (!answer.ok) throw new Error(answer.status);
      store.drop(key);
      said.textContent = `草稿已存 ${clock(now())}`;
    } catch (error) {
      if (leaving) return;
      store.set(key, { at: now(), fields });
      const lost = error.message === "401" || error.message === "403";
      said.textContent = lost ? "登录已过期：草稿已存在本机，重新登录后恢复" : "连不上服务器：草稿已存在本机";
      if (lost) document.dispatchEvent(new CustomEvent("zmd:session-ended"));
      else timer = setTimeout(save, EVERY);
    } finally {
      sending = false;
    }
  }

  function changed() {
    timer ||= setTimeout(save, EVERY);
  }

  function restore(kept) {
    for (const [name, values] of Object.entries(kept.fields)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
        else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
        else field.value = values[0];
      }
    }
    line.hidden = false;
    words.textContent = `已恢复本机 ${clock(kept.at)} 未登记的草稿。`;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const kept = store.get(key);
  const onServer = Date.parse(form.dataset.draftAt || "") || 0;
  if (kept && !("refused" in form.dataset)) {
    if (kept.at > onServer) restore(kept);
    else store.drop(key);
  }

  document.addEventListener("zmd:signed-in", changed);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    store.set(key, { at: now(), fields: typed() });
    if (form.elements.csrfmiddlewaretoken) form.elements.csrfmiddlewaretoken.value = token() || form.elements.csrfmiddlewaretoken.value;
  });
  document.getElementById("draft-discard")?.addEventListener("submit", () => { leaving = true; store.drop(key); });
  window.addEventListener("pagehide", () => { if (timer && !leaving) store.set(key, { at: now(), fields: typed() }); });
})();
