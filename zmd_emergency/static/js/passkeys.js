/* Asks the browser for a passkey: to register one, or to show one. A button says by its data where to begin and to
   complete; what it has to tell stands in [data-passkey-said] beside it. Where the browser has none, it stays hidden. */
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  async function post(url, said) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(said),
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.detail || "没有成功：连不上服务器或服务器出错，请重试。");
    return told;
  }

  async function register(options) {
    const key = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: named(options.excludeCredentials),
      },
    });
    return {
      ...common(key),
      response: {
        clientDataJSON: text(key.response.clientDataJSON),
        attestationObject: text(key.response.attestationObject),
        transports: key.response.getTransports ? key.response.getTransports() : [],
      },
    };
  }

  async function show(options) {
    const key = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: named(options.allowCredentials),
      },
    });
    const { authenticatorData, clientDataJSON, signature, userHandle } = key.response;
    return {
      ...common(key),
      response: {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    };
  }

  const common = (key) => ({
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    authenticatorAttachment: key.authenticatorAttachment,
    clientExtensionResults: key.getClientExtensionResults(),
  });

  const words = {
    NotAllowedError: "没有完成：已取消或超时，可以再试一次。",
    InvalidStateError: "这台设备上已有您的通行密钥，不必重复登记。",
    SecurityError: "从这个地址打开的页面不能使用通行密钥，请用系统的正式域名打开。",
  };

  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    button.hidden = false;
    const form = button.closest("form");
    const said = button.parentElement.querySelector("[data-passkey-said]");
    const start = async () => {
      button.disabled = true;
      said.hidden = true;
      try {
        const fields = form && button.dataset.passkey === "register" ? Object.fromEntries(new FormData(form)) : {};
        const options = await post(button.dataset.begin, { name: fields.name, proof: fields.proof });
        const answer = await (button.dataset.passkey === "register" ? register : show)(options);
        const told = await post(button.dataset.complete, answer);
        window.location.assign(told.url);
      } catch (error) {
        said.textContent = words[error.name] || error.message;
        said.hidden = false;
        button.disabled = false;
        button.focus();
      }
    };
    button.addEventListener("click", (event) => {
      event.preventDefault();
      start();
    });
  }
})();
