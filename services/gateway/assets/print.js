// Opens the print dialog from a button, also from one that came later.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
