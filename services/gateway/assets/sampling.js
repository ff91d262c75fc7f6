// The sampling desk: a scan is sent without leaving the page, and sounds.
const says = document.querySelector("[data-part=said]");
const stored = "gsvt-desk-sound";
let audio = null;

function tone(at, hertz, seconds) {
  const [wave, volume] = [audio.createOscillator(), audio.createGain()];
  wave.frequency.value = hertz;
  volume.gain.value = 0.15;
  wave.connect(volume).connect(audio.destination);
  wave.start(audio.currentTime + at);
  wave.stop(audio.currentTime + at + seconds);
}
// One tone for found, two low ones for stop.
function sound(kind) {
  if (!kind || localStorage.getItem(stored) !== "on") return;
  audio ??= new AudioContext();
  if (kind === "ok") tone(0, 880, 0.09);
  else [0, 0.25].forEach((at) => tone(at, 220, 0.18));
}
function ready() {
  const box = document.querySelector("[data-sound]");
  if (box) {
    box.checked = localStorage.getItem(stored) === "on";
    box.addEventListener("change", () => { localStorage.setItem(stored, box.checked ? "on" : "off"); sound("ok"); });
  }
  const wrong = document.querySelector("[aria-invalid=true]");
  const first = [...document.querySelectorAll("#person-name, #person-birth, #person-phone")].find((it) => !it.value);
  (wrong ?? first ?? document.querySelector("#scan") ?? document.querySelector("[value=save].main"))?.focus();
  document.querySelector("[data-desk]")?.addEventListener("submit", send);
}
let sending = false;
async function send(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const form = event.target;
  const pressed = (event.submitter ?? form.querySelector("button")).value;
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", pressed);
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [desk, said] = ["desk", "said"].map((part) => page.querySelector(`[data-part=${part}]`));
    if (!desk) return answer.redirected ? location.assign(answer.url) : whole(form, pressed);
    document.querySelector("[data-part=desk]").replaceWith(document.adoptNode(desk));
    says.replaceChildren(...said.childNodes);
    document.title = page.title;
    ready();
    sound(said.dataset.tone);
  } catch {
    whole(form, pressed);
  } finally {
    sending = false;
  }
}
function whole(form, pressed) {
  form.insertAdjacentHTML("beforeend", `<input type="hidden" name="do" value="${pressed}">`);
  form.submit();
}
ready();
sound(says.dataset.tone);
