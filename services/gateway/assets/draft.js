// Keeps what is typed into a form on this device until it is sent, and says when it was saved.
const form = document.querySelector("form[data-draft]");
const sent = document.querySelector("[data-clear-draft]");
const key = (name) => `gsvt-draft-${name}`;
if (sent) localStorage.removeItem(key(sent.dataset.clearDraft));
if (form) keep(form);

function keep(form) {
  const store = key(form.dataset.draft);
  const line = form.querySelector('[data-part="draft"]');
  const clear = form.querySelector('[data-part="clear"]');
  const clock = (at) => new Intl.DateTimeFormat("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" }).format(at);
  let timer = 0;

  const pairs = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "do" && name !== "csrf");
  function say(at) {
    if (!line) return;
    line.querySelector("span").textContent = `${line.dataset.saved} ${clock(at)}`;
    clear.hidden = false;
  }
  function save() {
    timer = 0;
    const at = Date.now();
    try { localStorage.setItem(store, JSON.stringify({ at, pairs: pairs() })); say(at); } catch { /* a full device keeps nothing; the form still works */ }
  }
  function read() {
    try { return JSON.parse(localStorage.getItem(store)); } catch { return null; }
  }
  function restore(draft) {
    let missing = false;
    for (const [name, value] of draft.pairs) {
      const box = form.elements[name];
      if (!box) {
        const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
        form.append(hidden);
        missing = missing || /^(people|places)-\d/.test(name);
      } else if (box instanceof RadioNodeList) box.value = value;
      else if (box.type === "checkbox") box.checked = true;
      else box.value = value;
    }
    say(draft.at);
    // Boxes of further people or places are made by the server.
    if (missing && navigator.onLine) {
      const show = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: "show" });
      form.append(show);
      HTMLFormElement.prototype.submit.call(form);
    }
  }
  const draft = read();
  if (draft && !("typed" in form.dataset)) restore(draft);
  else if ("typed" in form.dataset) save();
  const soon = () => { timer = timer || setTimeout(save, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => { if (timer) save(); });
  clear?.addEventListener("click", () => { clearTimeout(timer); timer = 0; localStorage.removeItem(store); location.assign(form.action); });
}
