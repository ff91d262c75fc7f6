// Says that a form is on its way; the button stays usable, because sending twice is harmless.
for (const form of document.querySelectorAll("form[data-sending]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.classList.contains("main")) return;
    const label = button.cloneNode(true);
    button.textContent = form.dataset.sending;
    setTimeout(() => button.replaceChildren(...label.childNodes), 8000);
  });
}
