// Locks the screen of an officer who is away; what was typed stays on the page beneath until the same person opens it again.
const dialog = document.querySelector("dialog[data-idle-minutes]");
const form = dialog?.querySelector("form[data-unlock]");
const main = document.querySelector("main");
const stored = "gsvt-locked";
const tokens = () => document.querySelectorAll("input[name=csrf]");
const session = () => form.elements.csrf.value;
// Opening the screen begins another session: forms of other tabs get its token too.
const tabs = new BroadcastChannel("gsvt-session");
let active = Date.now();
let locked = false;

function renew({ before, now }) {
  for (const box of tokens()) if (box.value === before) box.value = now;
}
function lock() {
  locked = true;
  // Another session, begun at the door, is not locked by this one.
  sessionStorage.setItem(stored, session());
  main.inert = true;
  if (!dialog.open) dialog.showModal();
}
function open() {
  locked = false;
  sessionStorage.removeItem(stored);
  active = Date.now();
  dialog.close();
  main.inert = false;
}
function look() {
  if (!locked && Date.now() - active >= dialog.dataset.idleMinutes * 60000) lock();
}
/** A device that slept runs no clock: the first touch after it must find the screen locked. */
function touch() {
  look();
  active = Date.now();
}
async function unlock() {
  const says = form.querySelector("[role=alert]");
  const box = form.elements.password;
  says.textContent = "";
  try {
    const before = session();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    // The session ended meanwhile: the way leads to the door and back.
    if (answer.type === "opaqueredirect") return location.reload();
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
  tabs.addEventListener("message", ({ data }) => renew(data));
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") event.preventDefault(); });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => { if (locked) dialog.showModal(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); unlock(); });
  if (sessionStorage.getItem(stored) === session()) lock();
}
