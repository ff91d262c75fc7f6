// Keeps a page current: hears the feed, says how fresh the page is, puts new rows behind a link.
const strip = document.querySelector("[data-live]");
if (strip) start(strip);

function start(strip) {
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const word = part("word"), fresh = part("fresh"), reload = part("reload");
  const only = document.querySelector("[data-only]")?.dataset.only;
  let heard = Date.now(), timer = 0, down = false, source, shown = "still";

  function say(state, text) {
    if (shown === text) return;
    shown = text;
    strip.dataset.state = state;
    word.textContent = text;
    reload.hidden = state === "on";
  }
  function connect() {
    source = new EventSource(strip.dataset.live);
    const on = (name, act) => source.addEventListener(name, (event) => { heard = Date.now(); act(event); });
    on("up", () => { down = false; say("on", strip.dataset.on); });
    on("down", () => { down = true; say("off", strip.dataset.down); });
    on("tick", () => { if (!down) say("on", strip.dataset.on); });
    on("changed", ({ data }) => { if (!only || JSON.parse(data).id === only) later(); });
    on("reset", later);
  }
  function later() {
    if (!timer) timer = setTimeout(refresh, 800 + Math.random() * 1700);
  }
  async function refresh() {
    timer = 0;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
      if (!answer.ok) return;
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the strip says that we are cut off */ }
  }
  function take(page) {
    const time = page.querySelector("[data-live] time");
    if (time) strip.querySelector("time").replaceWith(document.importNode(time, true));
    for (const old of document.querySelectorAll("[data-refresh]")) {
      const now = page.querySelector(`[data-refresh="${old.dataset.refresh}"]`);
      if (now && "standing" in old.dataset) replace(old, now, page.querySelector("main > .slip"));
      else if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.replaceChildren(...document.importNode(now, true).childNodes);
    }
    for (const list of document.querySelectorAll("[data-list]")) rows(list, page);
  }
  /** A form gives way only to what made it void, and stays readable. */
  function replace(old, now, slip) {
    if (old.dataset.standing === now.dataset.standing) return;
    const kept = document.createElement("details");
    kept.append(Object.assign(document.createElement("summary"), { textContent: old.dataset.kept }), ...old.childNodes);
    for (const box of kept.querySelectorAll("input, select, button")) box.disabled = true;
    old.dataset.standing = now.dataset.standing;
    old.replaceChildren(...document.importNode(now, true).childNodes, kept);
    if (slip && !document.querySelector("main > .slip")) old.after(document.importNode(slip, true));
  }
  function rows(list, page) {
    const lists = [...document.querySelectorAll("[data-list]")];
    const now = [...page.querySelectorAll("[data-list]")][lists.indexOf(list)];
    if (!now) return;
    const known = new Map([...list.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
    const found = [...now.querySelectorAll("[data-row]")];
    const added = found.filter((row) => !known.has(row.dataset.row));
    const busy = list.matches(":hover") || list.contains(document.activeElement);
    for (const row of found) {
      const old = known.get(row.dataset.row);
      if (old && old.innerHTML !== row.innerHTML && !old.contains(document.activeElement)) old.replaceWith(document.importNode(row, true));
    }
    const swap = () => {
      const content = document.importNode(now, true);
      for (const row of content.querySelectorAll("[data-row]")) if (!known.has(row.dataset.row)) row.classList.add("fresh");
      list.replaceChildren(...content.childNodes);
      fresh?.replaceChildren();
    };
    const gone = found.length - added.length !== known.size;
    if (list.dataset.list === "auto" && !busy && (added.length || gone)) return swap();
    if (!added.length || !fresh) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = added.length === 1 ? strip.dataset.freshOne : strip.dataset.freshMany.replace("#", added.length);
    link.addEventListener("click", (event) => { event.preventDefault(); swap(); });
    fresh.replaceChildren(link);
  }
  connect();
  setInterval(() => {
    if (Date.now() - heard > 10000) {
      say("off", strip.dataset.lost);
      if (source.readyState === EventSource.CLOSED) { heard = Date.now() - 5000; connect(); }
    }
  }, 2000);
  setInterval(() => { if (down || source.readyState !== EventSource.OPEN) refresh(); }, 60000);
}
