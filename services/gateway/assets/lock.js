// Locks the screen of an officer who is away, and with it his session: other pages of it open no more either. What was typed stays on the page beneath
// until the same person opens it again.
const dialog = document.querySelector("dialog[data-idle-minutes]");
const form = dialog?.querySelector("form[data-unlock]");
const main = document.querySelector("main");
const tokens = () => document.querySelectorAll("input[name=csrf]");
const session = () => form.elements.csrf.value;
// The tabs of a browser have one session: who works in one is not away from another, they lock together, and opening one gives the forms of all
// the token of the new session.
const tabs = new BroadcastChannel("gsvt-session");
const TOLD_EVERY_MS = 5000;
let active = Date.now();
let said = 0;
let locked = false;
let telling = false;

function renew({ before, now }) {
  for (const box of tokens()) if (box.value === before) box.value = now;
}
function lock() {
  locked = true;
  main.inert = true;
  if (!dialog.open) dialog.showModal();
  tell();
}
/** Until the server knows, every second. */
async function tell() {
  if (telling || "told" in dialog.dataset) return;
  telling = true;
  try {
    const answer = await fetch("/lock", { method: "POST", body: new URLSearchParams({ csrf: session() }), redirect: "manual", keepalive: true });
    // A session that is over, or was opened again elsewhere, needs no lock.
    if (answer.status < 500) dialog.dataset.told = "";
  } catch { /* cut off: nobody else can use the session from here either */ }
  telling = false;
}
function open() {
  locked = false;
  active = Date.now();
  delete dialog.dataset.told;
  dialog.close();
  main.inert = false;
}
function look() {
  if (locked) return tell();
  if (Date.now() - active < dialog.dataset.idleMinutes * 60000) return;
  lock();
  tabs.postMessage({ locked });
}
/** A device that slept runs no clock: the first touch after it must find the screen locked. */
function touch() {
  look();
  active = Date.now();
  if (locked || active - said < TOLD_EVERY_MS) return;
  said = active;
  tabs.postMessage({ active });
}
function hear(data) {
  if (data.active) active = Math.max(active, data.active);
  else if (data.locked) lock();
  else {
    renew(data);
    if (locked) open();
  }
}
async function unlock() {
  const says = form.querySelector("[role=alert]");
  const box = form.elements.password;
  says.textContent = "";
  try {
    const before = session();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    // The session ended meanwhile, or another page of it was opened with the password: the device kept what was typed.
    if (answer.type === "opaqueredirect" || answer.status === 403) return location.reload();
    if (answer.status === 204) {
      const change = { before, now: answer.headers.get("x-form-token") };
      renew(change);
      tabs.postMessage(change);
      open();
    } else says.textContent = [401, 422, 429].includes(answer.status) ? await answer.text() : form.dataset.failed;
  } catch {
    says.textContent = form.dataset.failed;
  }
  box.value = "";
  if (locked) box.focus();
}
if (form) {
  for (const kind of ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"]) addEventListener(kind, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1000);
  tabs.addEventListener("message", ({ data }) => hear(data));
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") event.preventDefault(); });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => { if (locked) dialog.showModal(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); unlock(); });
}
