// Keeps on this device the page that checks certificates, so that it opens and checks without a network. Nothing that was scanned passes here.
{% include "_worker.js" %}
const LISTS = ["/certificates/keys.json", "/certificates/trusted.json", "/certificates/revoked.json"];
const PLACES = [PAGE, ...LISTS];
const WAIT_MS = 4000;

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((answer) => answer ?? fetch(event.request)));
  else if (PLACES.includes(pathname)) event.respondWith(fresh(event.request, pathname));
});

/** From the network where it answers in time; else as it was kept. The page changes only together with its files. */
async function fresh(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(WAIT_MS) });
    if (!answer.ok) return (await kept(path)) ?? answer;
    if (path !== PAGE) await (await caches.open(NOW)).put(path, answer.clone());
    return answer;
  } catch {
    return (await kept(path)) ?? Response.error();
  }
}
