// Writes where the phone is into the form, when it is asked to; without it a place is typed.
const button = document.querySelector("[data-position]");
const said = document.querySelector('[data-part="position"]');
const box = (name) => document.querySelector(`input[name="${name}"]`);
button?.addEventListener("click", () => {
  said.textContent = button.dataset.wait;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      box("lat").value = coords.latitude.toFixed(5);
      box("lon").value = coords.longitude.toFixed(5);
      said.textContent = `${button.dataset.done} ${box("lat").value}, ${box("lon").value}`;
      box("lat").form.dispatchEvent(new Event("change"));
    },
    () => { said.textContent = button.dataset.failed; },
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
  );
});
