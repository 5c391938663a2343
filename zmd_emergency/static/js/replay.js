/* 回放: ← and → step through an incident's moments, the slider jumps, 播放 goes on by itself until the last. */
"use strict";

(() => {
  const slide = document.getElementById("replay-slide");
  const play = document.getElementById("replay-play");
  const before = document.getElementById("replay-before");
  const after = document.getElementById("replay-after");
  const seqs = slide.dataset.seqs.split(",");
  const last = seqs.length - 1;
  const PACE = 1500;
  let shown = Number(slide.value);
  let timer = null;
  let asked = 0;

  function link(anchor, index) {
    if (index < 0 || index > last) anchor.removeAttribute("href");
    else anchor.href = `?seq=${seqs[index]}`;
  }

  async function show(index) {
    if (index < 0 || index > last) return;
    const mine = ++asked;
    shown = index;
    slide.value = index;
    link(before, index - 1);
    link(after, index + 1);
    const answer = await fetch(`?seq=${seqs[index]}`, { credentials: "same-origin" });
    if (mine !== asked) return;
    if (!answer.ok || answer.redirected) { location.assign(`?seq=${seqs[index]}`); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    document.getElementById("replay").replaceWith(page.getElementById("replay"));
    document.getElementById("replay-at").value = page.getElementById("replay-at").value;
    window.htmx.process(document.getElementById("replay"));
    history.replaceState(null, "", `?seq=${seqs[index]}`);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "播放";
    play.setAttribute("aria-pressed", "false");
  }

  function start() {
    if (shown === last) show(0);
    play.textContent = "暂停";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => (shown === last ? stop() : show(shown + 1)), PACE);
  }

  play.hidden = false;
  play.addEventListener("click", () => (timer ? stop() : start()));
  slide.addEventListener("change", () => { stop(); show(Number(slide.value)); });
  for (const [anchor, step] of [[before, -1], [after, 1]]) {
    anchor.addEventListener("click", (event) => { event.preventDefault(); stop(); show(shown + step); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    stop();
    show(shown + (event.key === "ArrowLeft" ? -1 : 1));
  });
})();
