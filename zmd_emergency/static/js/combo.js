/* A text field that completes: `data-completes="firms"` from the page's own list (#firm-data), "places" from
   earlier incidents. By keyboard: arrows move, Enter or Tab takes, Escape closes. What is typed always stays. */
"use strict";

(() => {
  const LONGEST = 8;
  let open = null; // {input, list, options, at}
  let asked = 0;

  const firms = () => JSON.parse(document.getElementById("firm-data")?.textContent || "[]");

  function matchingFirms(typed) {
    const words = typed.toLowerCase();
    const all = firms();
    const starts = all.filter((firm) => firm.note.startsWith(words));
    const holds = all.filter((firm) => !starts.includes(firm) && `${firm.text} ${firm.also}`.toLowerCase().includes(words));
    return [...starts, ...holds].slice(0, LONGEST);
  }

  async function places(typed, input) {
    const data = JSON.parse(document.getElementById("intake-data")?.textContent || "{}");
    const county = input.form.elements.county?.value || "";
    const answer = await fetch(`${data.places}?${new URLSearchParams({ q: typed, county })}`, { headers: { "HX-Request": "true" } });
    return answer.ok ? (await answer.json()).places.map((text) => ({ text, note: "" })) : [];
  }

  async function complete(input) {
    const typed = input.value.trim();
    const ticket = ++asked;
    if (!typed) return close();
    const options = input.dataset.completes === "firms" ? matchingFirms(typed) : await places(typed, input).catch(() => []);
    if (ticket !== asked || document.activeElement !== input) return;
    const settled = options.length === 1 && options[0].text === typed;
    if (!options.length || settled) return close();
    show(input, options);
  }

  function show(input, options) {
    close();
    const list = document.createElement("ul");
    list.className = "combo-list";
    list.id = `${input.id}-options`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "可选项");
    options.forEach((option, n) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = `${list.id}-${n}`;
      item.textContent = option.text;
      if (option.note) {
        const note = document.createElement("small");
        note.textContent = ` ${option.note}`;
        item.append(note);
      }
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(n); });
      list.append(item);
    });
    input.parentElement.classList.add("combo-host");
    input.after(list);
    open = { input, list, options, at: -1 };
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    if (input.dataset.completes === "firms") mark(0);
  }

  function mark(at) {
    const items = [...open.list.children];
    open.at = (at + items.length) % items.length;
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === open.at)));
    open.input.setAttribute("aria-activedescendant", items[open.at].id);
    items[open.at].scrollIntoView({ block: "nearest" });
  }

  function take(n) {
    const { input, options } = open;
    close();
    input.value = options[n].text;
    input.dispatchEvent(new CustomEvent("zmd:chosen", { bubbles: true, detail: options[n] }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function close() {
    if (!open) return;
    open.list.remove();
    open.input.setAttribute("aria-expanded", "false");
    open.input.removeAttribute("aria-activedescendant");
    open.input.removeAttribute("aria-controls");
    open = null;
  }

  const completes = (target) => target.matches?.("input[data-completes]");
  document.addEventListener("input", (event) => {
    if (completes(event.target) && !event.isComposing) complete(event.target);
  });
  document.addEventListener("compositionend", (event) => { if (completes(event.target)) complete(event.target); });
  document.addEventListener("focusout", (event) => { if (open?.input === event.target) { asked += 1; close(); } });
  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.input || event.isComposing || event.ctrlKey) return;
    const taking = (event.key === "Enter" || event.key === "Tab") && open.at >= 0;
    if (event.key === "ArrowDown") mark(open.at + 1);
    else if (event.key === "ArrowUp") mark(open.at < 0 ? -1 : open.at - 1);
    else if (taking) take(open.at);
    else if (event.key === "Escape") close();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }, true);
})();
