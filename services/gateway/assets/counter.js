// The buttons beside a number that is counted.
for (const counter of document.querySelectorAll("[data-counter]")) {
  const box = counter.querySelector("input");
  for (const button of counter.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      const count = (Number.parseInt(box.value, 10) || 0) + Number(button.dataset.step);
      box.value = count < Number(box.min) ? "" : Math.min(count, Number(box.max));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
