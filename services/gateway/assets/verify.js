// Checks a scanned certificate on this device, with keys and a list that it keeps. What was scanned stays in this page. Without keys the form asks the server.
import { Refusal, check, readList } from "./certificate.js";

const form = document.querySelector("form[data-worker]");
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const ADDRESSES = ["keys", "trusted", "revoked"].map((name) => `/certificates/${name}.json`);
const WAIT_MS = 5000, MINUTE_MS = 60000, REFRESH_MS = 600000;
let known = null, loaded = null, asked = 0, turn = 0;

async function load() {
  asked = Date.now();
  const answers = await Promise.all(ADDRESSES.map((address) => fetch(address, { signal: AbortSignal.timeout(WAIT_MS) })));
  if (!answers.every((answer) => answer.ok)) return;
  const [own, others, text] = await Promise.all(answers.map((answer) => answer.text()));
  const keys = [own, others].flatMap((set) => JSON.parse(set).keys);
  const list = await readList(text, keys, known?.list?.version, Date.now());
  known = { keys, list: list ?? known?.list, at: Date.parse(answers[0].headers.get("date")) };
  say();
}
/** Without a network what is known stays. */
const refresh = () => load().catch(() => {});

/** How old keys and list are. */
function say() {
  if (!known) return;
  const { keys, list } = part("known").dataset;
  part("known").hidden = false;
  part("known").textContent = `${keys} ${aged(known.at)}.${known.list ? ` ${list} ${aged(known.list.issued)}.` : ""}`;
  part("unknown").hidden = Date.now() < known.list?.nextUpdate;
}
function aged(at) {
  const minutes = Math.min(0, Math.round((at - Date.now()) / MINUTE_MS));
  const [size, unit] = minutes > -60 ? [1, "minute"] : minutes > -2880 ? [60, "hour"] : [1440, "day"];
  return `${full(at)} (${new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(Math.round(minutes / size), unit)})`;
}
/** In Vietnam's time, as everywhere on the site. */
function full(at) {
  const [year, month, day, clock] = new Date(at + 7 * 60 * MINUTE_MS).toISOString().match(/^(.+)-(..)-(..)T(.{5})/).slice(1);
  return `${day}/${month}/${year} ${clock}`;
}

const copy = (name) => part(name).content.cloneNode(true);
const word = (code) => part("words").content.querySelector(`[data-code="${code}"]`).textContent;

function said(found) {
  const view = copy("said");
  const facts = {
    ...found, method: word(found.method), authority: `${found.authority} (${found.issuer})`, sampled: full(found.sampled), expires: full(found.expires),
    birth: found.birth.length === 10 ? found.birth.split("-").reverse().join("/") : found.birth,
  };
  for (const line of view.querySelectorAll("[data-fact]")) {
    const fact = facts[line.dataset.fact];
    if (fact) line.querySelector("dd").textContent = fact;
    else line.remove();
  }
  for (const one of view.querySelectorAll("[data-only]")) if (![found.finding, found.revocation].includes(one.dataset.only)) one.remove();
  return view;
}
function refused(words) {
  const view = copy("refused");
  view.querySelector("span").textContent = words;
  return view;
}
async function answer(text) {
  if (!text) return refused(form.dataset.missing);
  if (Date.now() - asked > MINUTE_MS) await refresh();
  try {
    return said(await check(text, known.keys, known.list, Date.now()));
  } catch (error) {
    const { code, field } = error instanceof Refusal ? error : new Refusal("MALFORMED");
    return refused(word(code).replace("*", field));
  }
}
async function submit(event) {
  event.preventDefault();
  const mine = ++turn, box = form.elements.scan, text = box.value.trim();
  await loaded;
  if (!known) return form.submit();
  box.value = "";
  const view = await answer(text);
  if (mine === turn) part("answer").replaceChildren(view);
}

if (form && globalThis.crypto?.subtle && globalThis.DecompressionStream) {
  form.addEventListener("submit", submit);
  addEventListener("online", refresh);
  addEventListener("pagehide", () => { turn++; part("answer").replaceChildren(); });
  loaded = refresh();
  setInterval(() => (Date.now() - asked > REFRESH_MS ? refresh() : say()), MINUTE_MS);
  navigator.serviceWorker?.register(form.dataset.worker, { scope: form.dataset.scope });
  navigator.serviceWorker?.ready.then(() => { part("kept").hidden = false; });
}
