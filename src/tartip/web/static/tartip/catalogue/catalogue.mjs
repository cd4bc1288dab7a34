/* The live map of the catalogue, on the same data that stands in the list beside it. */
import { circle, createMap } from '../map.mjs';

const host = document.getElementById('map');
const { incidents, units } = JSON.parse(document.getElementById('map-data').textContent);

/* Drawn when it comes into sight: a page of components should not cost a map to somebody who looks at buttons. */
new IntersectionObserver((seen, observer) => {
  if (!seen.some(one => one.isIntersecting)) return;
  observer.disconnect();
  const map = createMap(host, {
    incidents,
    units,
    onPick: ({ kind, id }) => { map.select(kind, id); window.tartip.toast(String(id)); },
  });
  const west = incidents[3];
  map.layer('around', circle(west.lon, west.lat, 150_000)); // how sure a place is: a radius in metres
  map.ready.then(() => { host.dataset.ready = ''; });
}).observe(host);
