// The camera as scanner, or a picture of the code. What is read goes into the box that the button names and is sent, as a hand scanner does.
const buttons = document.querySelectorAll("[data-scan]");
const dialog = document.querySelector("dialog[data-camera]");
const video = dialog?.querySelector("video");
const says = dialog?.querySelector("[role=status]");
const EVERY_MS = 120;
let detecting = null;
let box = null;

/** The browser's own detector; else ours, which is loaded when it is first needed. */
async function detector() {
  const formats = { formats: ["qr_code"] };
  if ((await window.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) return new BarcodeDetector(formats);
  const { BarcodeDetector: Own } = await import(dialog.dataset.camera);
  return new Own(formats);
}
function found(text) {
  box.value = text;
  dialog.close();
  box.form.requestSubmit(box.dataset.enter && box.form.querySelector(`button[value="${box.dataset.enter}"]`));
}
async function read(source) {
  detecting ??= detector();
  return (await (await detecting).detect(source))[0]?.rawValue;
}
async function look() {
  if (!dialog.open) return;
  const text = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && (await read(video).catch(() => null));
  if (!dialog.open) return;
  if (text) found(text);
  else setTimeout(look, EVERY_MS);
}
async function start() {
  dialog.showModal();
  says.textContent = says.dataset.aim;
  video.hidden = false;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    if (!dialog.open) return stop(stream);
    video.srcObject = stream;
    await video.play();
    look();
  } catch {
    video.hidden = true;
    says.textContent = says.dataset.none;
  }
}
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
async function picture(file) {
  if (!file) return;
  const text = await createImageBitmap(file).then(read).catch(() => null);
  if (text) found(text);
  else says.textContent = says.dataset.unread;
}
if (dialog) {
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => { box = document.getElementById(button.dataset.scan); start(); });
  }
  dialog.addEventListener("close", () => { stop(video.srcObject); video.srcObject = null; });
  dialog.querySelector("input[type=file]").addEventListener("change", (event) => picture(event.target.files[0]));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  document.addEventListener("visibilitychange", () => { if (document.hidden && dialog.open) dialog.close(); });
}
