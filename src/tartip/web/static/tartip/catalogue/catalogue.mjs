/* The live map of the catalogue, on the same data that stands in the list beside it. */
import { circle, createMap } from '../map.mjs';

const host = document.getElementById('map');
const { incidents, units } = JSON.parse(document.getElementById('map-data').textContent);
const map = createMap(host, { incidents, units, onPick: ({ kind, id }) => { map.select(kind, id); window.tartip.toast(String(id)); } });
map.ready.then(() => { host.dataset.ready = ''; });
const west = incidents[3];
map.layer('around', circle(west.lon, west.lat, 150_000)); // how sure a place is: a radius in metres
