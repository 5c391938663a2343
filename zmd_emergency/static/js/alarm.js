/* The alarm: a tone, and the number of unread and overdue in the tab's title. Off until the person switches it on
   (browsers allow sound only after a gesture); remembered in this browser. It rings in one tab and until stopped. */
"use strict";

(() => {
  const { person } = document.body.dataset;
  const button = document.getElementById("alarm-switch");
  if (!person || !button) return;

  const banner = document.getElementById("alarm");
  const words = document.getElementById("alarm-words");
  const title = document.title;
  const names = { on: `zmd-alarm-on-${person}`, stopped: `zmd-alarm-stopped-${person}` };
  const store = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* this page only */ } },
  };

  let on = store.get(names.on) === "yes";
  let told = null;
  let audio = null;

  /* — the switch — */

  function show() {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "提示音：开" : "提示音：关";
    for (const hint of document.querySelectorAll("[data-alarm-hint]")) hint.hidden = on;
    const count = told ? told.unread + told.overdue : 0;
    document.title = on && count ? `(${count}) ${title}` : title;
    const inbox = document.getElementById("unread");
    if (told && inbox) {
      inbox.hidden = !told.unread;
      inbox.textContent = told.unread;
      inbox.setAttribute("aria-label", `${told.unread} 条未读`);
    }
    const real = document.getElementById("drill-real");
    if (told && real) {
      real.hidden = !told.real;
      document.getElementById("drill-real-count").textContent = told.real;
    }
  }

  function turn(to) {
    on = to;
    store.set(names.on, on ? "yes" : "no");
    show();
    if (on) { wake(); sound("soft"); attend(); } else silence();
  }
  document.addEventListener("click", (event) => {
    if (event.target === button) turn(!on);
    else if (event.target.closest("[data-alarm-on]")) turn(true);
    else if (event.target.closest("#alarm-stop")) stop();
  });
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === names.on) { on = newValue === "yes"; show(); if (!on) silence(); }
    if (key === names.stopped) { askAfter(); attend(); }
  });

  /* — the tone — */

  const TONES = {
    urgent: [[880, 0], [660, 0.22], [880, 0.44], [660, 0.66]],
    new: [[523, 0], [784, 0.25]],
    soft: [[587, 0]],
  };
  const AGAIN = { urgent: 6000, new: 20000 };

  function wake() {
    if (!on || !window.AudioContext) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().then(attend, () => {});
  }
  for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake, { passive: true });

  function sound(tone) {
    if (!audio) return;
    for (const [pitch, at] of TONES[tone]) {
      const note = audio.createOscillator();
      const volume = audio.createGain();
      const start = audio.currentTime + at;
      note.frequency.value = pitch;
      note.type = tone === "urgent" ? "square" : "sine";
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
      note.connect(volume).connect(audio.destination);
      note.start(start);
      note.stop(start + 0.21);
    }
  }

  /* — what it rings for — */

  let ringing = null; // the message's number
  let hush = null;
  let released = Promise.resolve(); // the turn to ring, which the tabs of a browser pass on

  /* What is real shows to who is in a drill also where the sound is off. */
  function attend() {
    const alarm = told?.alarm;
    if (!alarm || !(on || alarm.real) || alarm.id <= Number(store.get(names.stopped) || 0)) return silence();
    words.textContent = alarm.tone === "new" ? alarm.title : `${alarm.kind}：${alarm.title}`;
    banner.classList.toggle("is-urgent", alarm.tone === "urgent");
    banner.hidden = false;
    if (on && ringing !== alarm.id && audio?.state === "running") ring(alarm);
  }

  function ring(alarm) {
    hush?.();
    ringing = alarm.id;
    const work = (lock) => {
      if (lock === null || ringing !== alarm.id) return undefined; // another tab rings already
      sound(alarm.tone);
      if (!AGAIN[alarm.tone]) return undefined;
      const again = setInterval(() => sound(alarm.tone), AGAIN[alarm.tone]);
      return new Promise((done) => { hush = () => { clearInterval(again); hush = null; done(); }; });
    };
    if (!navigator.locks) work();
    else released = released.then(() => navigator.locks.request(`zmd-alarm-${person}`, { ifAvailable: true }, work));
  }

  function silence() {
    ringing = null;
    hush?.();
    banner.hidden = true;
  }

  function stop() {
    if (told?.alarm) store.set(names.stopped, told.alarm.id);
    askAfter();
    silence();
  }

  /* What was stopped is not told again, so that it hides nothing newer that is less urgent. */
  function askAfter() { document.body.dataset.alarmAfter = store.get(names.stopped) || 0; }

  document.addEventListener("zmd:elsewhere", silence); // the tabs of the drill ring, or those outside it
  document.addEventListener("zmd:pulse", ({ detail }) => { told = detail; show(); attend(); });
  askAfter();
  wake();
  show();
})();
