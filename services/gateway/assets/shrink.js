// Makes a photo smaller that would be refused for its size; any other is sent as it is: it is evidence.
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_PIXELS = 25e6;
const SIDE = 3072;

async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file);
    if (file.size <= MOST_BYTES && picture.width * picture.height <= MOST_PIXELS) return file;
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(picture.width * scale, picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    return blob.size < file.size ? new File([blob], "photo.jpg", blob) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

for (const box of document.querySelectorAll("input[data-shrink]")) {
  let work = null;
  box.addEventListener("change", () => {
    const chosen = [...box.files];
    work = Promise.all(chosen.map(shrunk)).then((files) => {
      work = null;
      if (files.every((file, at) => file === chosen[at])) return;
      const list = new DataTransfer();
      for (const file of files) list.items.add(file);
      box.files = list.files;
    });
  });
  box.form.addEventListener("submit", (event) => {
    if (!work) return;
    event.preventDefault();
    const button = event.submitter;
    work.then(() => box.form.requestSubmit(button));
  });
}
