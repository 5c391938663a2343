/* Files go up one by one, each with its progress and, where it is refused, the reason; what failed on the way can be
   sent again without coming twice. Without script the form sends them all at once. */
"use strict";

(() => {
  const form = document.querySelector(".attachment-form");
  if (!form) return;
  const [chosen, camera] = ["attachment-file", "attachment-camera"].map((id) => document.getElementById(id));
  const list = form.querySelector(".attachment-progress");
  const button = form.querySelector("button");
  const most = Number(form.dataset.most);
  const touch = window.matchMedia("(pointer: coarse)").matches;
  camera.closest("[data-camera]").hidden = !touch;
  let sent = 0;
  let waiting = 0;

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${file.name} 上传进度`);
    const words = document.createElement("span");
    words.className = "attachment-words";
    item.append(name, " ", bar, " ", words);
    list.append(item);
    return { item, bar, words };
  }

  function refuse({ item, bar, words }, said, again) {
    bar.remove();
    item.classList.add("is-refused");
    words.textContent = `没有上传：${said}`;
    if (!again) return;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "btn btn-sm btn-quiet";
    retry.textContent = "重试";
    retry.addEventListener("click", () => { item.remove(); again(); });
    item.append(" ", retry);
  }

  const READ = { 401: "登录已过期，请重新登录。", 403: "没有权限，或页面已过期，请刷新后再试。", 404: "没有这起事件。", 413: "文件太大。" };

  function reason(request) {
    try {
      const told = JSON.parse(request.responseText);
      if (told.refused?.length) return told.refused.join("；").replace(/^.*?：/, "");
      if (told.detail) return told.detail;
    } catch { /* no words from the server */ }
    return READ[request.status] || "服务器出错，请重试。";
  }

  function send(file, token, note) {
    const shown = line(file);
    if (file.size > most) return refuse(shown, `单个文件不能超过 ${form.dataset.mostWords}。`);
    const body = new FormData(form);
    body.delete("file");
    body.set("token", token);
    body.set("note", note);
    body.append("file", file);
    const again = () => send(file, token, note);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      shown.bar.value = Math.floor((100 * event.loaded) / event.total);
      shown.words.textContent = shown.bar.value < 100 ? `${shown.bar.value}%` : "正在检查…";
    });
    request.addEventListener("loadend", () => {
      waiting -= 1;
      button.disabled = waiting > 0;
      if (!request.status) refuse(shown, "网络中断。", again);
      else if (request.status !== 200) refuse(shown, reason(request), request.status >= 500 ? again : null);
      else {
        shown.bar.value = 100;
        shown.words.textContent = "已上传";
        window.htmx.trigger("#attachment-list", "zmd:refresh");
      }
    });
    waiting += 1;
    button.disabled = true;
    request.send(body);
  }

  function sendAll(files) {
    const token = form.elements.token.value;
    const note = form.elements.note.value;
    list.replaceChildren();
    for (const file of files) {
      sent += 1;
      send(file, `${token}-${sent}`, note);
    }
    chosen.value = "";
    camera.value = "";
    form.elements.note.value = "";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll([...chosen.files]);
  });
  camera.addEventListener("change", () => sendAll([...camera.files]));
})();
