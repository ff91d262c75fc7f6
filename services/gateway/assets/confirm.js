// Shortens the way to a confirmation: the form of its page opens in a dialog. Without script the link goes to the page.
async function open(link) {
  const answer = await fetch(link.href, { headers: { accept: "text/html" }, redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form[data-dialog]");
  if (!answer.ok || !form) throw new Error("no form");
  const title = Object.assign(document.createElement("h2"), { id: "dialog-title", textContent: page.querySelector("h1").textContent });
  const dialog = document.createElement("dialog");
  dialog.className = "stack";
  dialog.setAttribute("aria-labelledby", title.id);
  form.classList.remove("panel");
  dialog.append(title, document.importNode(form, true));
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  });
  document.querySelector("main").append(dialog);
  dialog.showModal();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-confirm]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link).catch(() => location.assign(link.href));
});
