// While a report is sent: where the network is cut, a page of ours says what to do, and not the browser's own. Nothing of a report is kept here.
{% include "_worker.js" %}
const CUT = `${PAGE}/cut`;
const PLACES = [CUT];

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((answer) => answer ?? fetch(event.request)));
  else if (pathname === PAGE && event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(() => kept(CUT)));
});
