// The desk by keyboard: single keys outside text boxes, Enter from box to box, Ctrl Enter records; ticks off what was filled in.
const form = document.querySelector("form[data-keys]");
const record = document.querySelector("[data-record]");
const help = document.querySelector("dialog[data-help]");
const on = help?.querySelector("input");
const stored = "gsvt-keys";
let person = null;

const isText = (box) => box.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
// What a closed details holds has a place in some browsers.
const isSeen = (box) => !box.disabled && box.getClientRects().length > 0 && !box.closest("details:not([open])");
const find = (selector) => document.querySelector(selector);

function to(box) {
  if (!box) return;
  const details = box.closest("details");
  if (details) details.open = true;
  box.focus();
  box.select?.();
}
function decide(number) {
  const radio = form?.querySelector(`[data-decision="${number}"]`);
  if (!radio || radio.disabled) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
}
const single = {
  "/": () => to(find("#q")),
  n: () => to(find("#count")),
  t: () => to(find(".temp")),
  e: () => to((person?.isConnected ? person : find("[data-person]"))?.querySelector(".evidence select")),
  k: () => to(find('[name="sign"]')),
  p: () => find('[data-key="p"]')?.click(),
  "?": () => help?.showModal(),
};
for (const number of "12345") single[number] = () => decide(number);

/** The next box that Enter leads to; the other buttons of a group of radios are no box of their own. */
function next(box) {
  const after = [...form.querySelectorAll("[data-flow]")].filter(
    (other) => box.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING && isSeen(other) && !(box.type === "radio" && other.name === box.name),
  );
  return after[0] ?? record;
}
function enter(event, box) {
  event.preventDefault();
  const button = box.dataset.enter && box.form.querySelector(`button[value="${box.dataset.enter}"]`);
  if (button) return box.form.requestSubmit(button);
  if (box.type === "radio" && !box.checked) {
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  to(next(box));
}
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && record) {
    event.preventDefault();
    return record.form.requestSubmit(record);
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && (form?.contains(box) || box.dataset?.enter) && box.matches("input, select")) return enter(event, box);
  if (event.key === "Escape") return to(find("#q"));
  if (event.key.startsWith("Arrow") && box.closest?.("[data-list]")) return arrow(event, box);
  if (isText(box) || (on && !on.checked)) return;
  const act = single[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
function arrow(event, box) {
  const links = [...box.closest("[data-list]").querySelectorAll("[data-row] a.plate")];
  const at = links.indexOf(box.closest("[data-row]")?.querySelector("a.plate"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || at < 0) return;
  event.preventDefault();
  links[at + step]?.focus();
}
document.addEventListener("focusin", (event) => { person = event.target.closest("[data-person]") ?? person; });

function filled(rule) {
  return rule.split(" ").every((part) => {
    const [name, value] = part.split("=");
    const typed = (form.elements[name]?.value ?? "").trim();
    return value === undefined ? typed !== "" : typed === value;
  });
}
/** What was filled in counts as done until the server says otherwise. */
function tick() {
  for (const line of form.querySelectorAll("[data-fill]")) {
    const done = filled(line.dataset.fill);
    if (line.classList.contains("todo") !== done) continue;
    line.classList.toggle("todo", !done);
    const use = line.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, done ? "#i-check" : "#i-warn"));
  }
  const missing = form.querySelectorAll(".todo").length;
  for (const place of form.querySelectorAll("[data-missing]")) {
    const { none, one, many } = place.dataset;
    place.textContent = missing === 0 ? none : missing === 1 ? one : many.replace("2", missing);
  }
  for (const hint of form.querySelectorAll("[data-waits]")) hint.textContent = missing === 0 ? "" : hint.dataset.waits;
}
if (form) {
  form.addEventListener("input", tick);
  form.addEventListener("change", tick);
  tick();
}
if (on) {
  on.checked = localStorage.getItem(stored) !== "off";
  on.addEventListener("change", () => localStorage.setItem(stored, on.checked ? "on" : "off"));
  find("[data-open-help]")?.addEventListener("click", () => help.showModal());
}
find(".errors")?.focus();
