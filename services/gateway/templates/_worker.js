const OWN = `gsvt ${registration.scope} `;
const NOW = `${OWN}{{ version }}`;
const PAGE = new URL(registration.scope).pathname;
const FILES = [{% for file in files %}"{{ file }}"{% if !loop.last %}, {% endif %}{% endfor %}];

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));

async function fill() {
  const cache = await caches.open(NOW);
  await cache.addAll([...FILES, ...PLACES].map((path) => new Request(path, { cache: "reload" })));
  await skipWaiting();
}
async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith(OWN) && name !== NOW) await caches.delete(name);
  await clients.claim();
}
async function kept(path) {
  return (await caches.open(NOW)).match(path);
}
