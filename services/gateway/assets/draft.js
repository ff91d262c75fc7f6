// Keeps what is typed into a form on this device until it is sent, and says when it was saved.
const form = document.querySelector("form[data-draft]");
const sent = document.querySelector("[data-clear-draft]");
const key = (name) => `gsvt-draft-${name}`;
const DAYS_3 = 259200000;
if (sent) forget(sent.dataset.clearDraft);
tidy();
if (form) keep(form);
lead(document.querySelector("a[data-newest]"));

/** A name that ends with a dash means all that begin so. */
function forget(name) {
  const gone = Object.keys(localStorage).filter((it) => (name.endsWith("-") ? it.startsWith(key(name)) : it === key(name)));
  for (const it of gone) localStorage.removeItem(it);
}
/** To the form with the newest draft: a report that began at a vehicle has one of its own. */
function lead(link) {
  const start = key(link?.dataset.newest);
  const [newest] = Object.keys(localStorage).filter((it) => it.startsWith(start)).sort((one, other) => made(other) - made(one));
  const trip = newest?.slice(start.length) ?? "new";
  if (link && trip !== "new") link.search = `trip=${trip}`;
}
function made(name) {
  try { return JSON.parse(localStorage.getItem(name)).at; } catch { return NaN; }
}
/** Drafts that nobody came back to. */
function tidy() {
  for (const it of Object.keys(localStorage).filter((it) => it.startsWith(key("")))) {
    if (!(Date.now() - made(it) <= DAYS_3)) localStorage.removeItem(it);
  }
}

function keep(form) {
  const store = key(form.dataset.draft);
  const line = form.querySelector('[data-part="draft"]');
  const clear = form.querySelector('[data-part="clear"]');
  const clock = (at) => new Intl.DateTimeFormat("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" }).format(at);
  let timer = 0;

  // Names, numbers of papers and free text of other people do not stay on a desk's device.
  const isPrivate = (name) => "private" in (form.elements[name]?.dataset ?? {});
  const pairs = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "do" && name !== "csrf" && !isPrivate(name));
  const chosen = () => form.querySelector("input[type=file]")?.files.length;
  function say(at, photos) {
    if (!line) return;
    line.querySelector("span").textContent = `${line.dataset.saved} ${clock(at)}${photos ? `. ${line.dataset.photos}` : ""}`;
    clear.hidden = false;
  }
  function save() {
    timer = 0;
    const at = Date.now();
    try { localStorage.setItem(store, JSON.stringify({ at, pairs: pairs(), photos: chosen() })); say(at); } catch { /* a full device keeps nothing; the form still works */ }
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
    say(draft.at, draft.photos);
    form.dispatchEvent(new Event("change"));
    // Boxes of further people or places are made by the server.
    if (missing && navigator.onLine) {
      const show = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: "show" });
      form.append(show);
      HTMLFormElement.prototype.submit.call(form);
    }
  }
  const { action, dataset } = form;
  if (dataset.worker) navigator.serviceWorker?.register(dataset.worker, { scope: new URL(action).pathname });
  const draft = read();
  if (draft && !("typed" in form.dataset)) restore(draft);
  else if ("typed" in form.dataset) save();
  const soon = () => { timer = timer || setTimeout(save, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => { if (timer) save(); });
  clear?.addEventListener("click", () => { clearTimeout(timer); timer = 0; localStorage.removeItem(store); location.assign(form.action); });
}
