// Opens the print dialog from a button.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
