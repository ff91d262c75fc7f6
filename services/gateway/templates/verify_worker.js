// Keeps on this device the page that checks certificates, so that it opens and checks without a network. Nothing that was scanned passes here.
const OWN = `gsvt ${registration.scope} `;
const NOW = `${OWN}{{ version }}`;
const PAGE = new URL(registration.scope).pathname;
const FILES = [{% for file in files %}"{{ file }}"{% if !loop.last %}, {% endif %}{% endfor %}];
const LISTS = ["/certificates/keys.json", "/certificates/trusted.json", "/certificates/revoked.json"];
const WAIT_MS = 4000;

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((answer) => answer ?? fetch(event.request)));
  else if (pathname === PAGE || LISTS.includes(pathname)) event.respondWith(fresh(event.request, pathname));
});

async function fill() {
  const cache = await caches.open(NOW);
  await cache.addAll([PAGE, ...FILES, ...LISTS].map((path) => new Request(path, { cache: "reload" })));
  await skipWaiting();
}
async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith(OWN) && name !== NOW) await caches.delete(name);
  await clients.claim();
}
async function kept(path) {
  return (await caches.open(NOW)).match(path);
}
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
