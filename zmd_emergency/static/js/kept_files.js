/* A browser empties the fields of files when a form comes back with faults: what was chosen is put back, unless it was
   itself at fault, as what is imported is (data-file-anew). It waits in the browser's own store until the next page of this
   tab, the next such form or the end of the session, whichever comes first. */
"use strict";

(() => {
  const STORE = "zmd-files";
  const refused = "#form-errors, [data-refused], .has-errors";
  const chosen = (within) => [...within.querySelectorAll("form:not([data-file-anew]) input[type=file]")].filter((field) => field.files.length);

  function put(field, files) {
    if (!field || field.files.length || field.closest(".has-errors")) return;
    const carried = new DataTransfer();
    for (const file of files) carried.items.add(file);
    field.files = carried.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function store(use) {
    const asked = indexedDB.open(STORE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files");
    asked.onsuccess = () => {
      const change = asked.result.transaction("files", "readwrite");
      change.oncomplete = () => asked.result.close();
      use(change.objectStore("files"));
    };
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const fields = chosen(document).filter((field) => field.form === form);
    if (event.defaultPrevented || form.hasAttribute("hx-post") || !fields.length) return;
    const key = crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(STORE, key);
    store((files) => {
      files.clear();
      files.put(fields.map((field) => [field.name, [...field.files]]), key);
    });
  });

  if (!document.body.dataset.person) indexedDB.deleteDatabase(STORE);
  const key = sessionStorage.getItem(STORE);
  if (key) {
    sessionStorage.removeItem(STORE);
    store((files) => {
      files.get(key).onsuccess = ({ target }) => {
        if (!document.querySelector(refused)) return;
        for (const [name, kept] of target.result || []) put(document.querySelector(`main input[type=file][name="${name}"]`), kept);
      };
      files.delete(key);
    });
  }

  /* In a dialog the form's old fields are still at hand. */
  let held = [];
  document.addEventListener("htmx:beforeSwap", (event) => { held = event.detail.target ? chosen(event.detail.target) : []; });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.target.querySelector(refused)) return;
    for (const field of held) put(event.detail.target.querySelector(`input[type=file][name="${field.name}"]`), field.files);
  });
})();
