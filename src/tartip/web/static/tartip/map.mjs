/* Tártip · the map: an offline base, incidents (shape + digit) and units (capsule with callsign).

     import { createMap, circle } from './map.mjs';
     const map = createMap(document.querySelector('.t-map'), { incidents, units, onPick });
     map.update({ incidents, units });   incident: { id, n, lon, lat }   unit: { id, name, state, lon, lat }
     map.select('incident', id);  map.layer('around', circle(lon, lat, 300));  map.fit();

   The host is ui/map.html: it names the worker, the archive and the places, all on this server. The drawing is
   aria-hidden: the same data stands in a list beside it, and the list is the truth. */

import * as maplibregl from '../vendor/maplibre-gl/maplibre-gl.mjs';
import { PMTiles, Protocol } from '../vendor/pmtiles/pmtiles.mjs';
import { grid } from './map-grid.mjs';
import { BASE, OVER, circle, colours } from './map-style.mjs';

export { circle };

const COUNTRY = [46.4, 40.5, 87.4, 55.5]; // degrees west, south, east, north
const LIMITS = [18, 18, 116, 74]; // where the base map ends
const MOST = 400; // marks drawn at once; nearer zooms draw the rest
const EMPTY = { type: 'FeatureCollection', features: [] };
const protocol = new Protocol();
const still = matchMedia('(prefers-reduced-motion:reduce)');
const texts = () => window.tartip?.texts ?? {};

export function createMap(host, { incidents = [], units = [], onPick = () => {} } = {}) {
  const canvas = host.querySelector('[data-map]'), data = host.dataset;
  maplibregl.setWorkerUrl(new URL(data.worker, location.href).href);
  maplibregl.addProtocol('pmtiles', protocol.tile);
  const tiles = new URL(data.tiles, location.href).href;
  const archive = new PMTiles(tiles);
  protocol.add(archive);

  let map;
  try {
    map = new maplibregl.Map({
      container: canvas,
      style: { version: 8, sources: {}, layers: [layer({ id: 'sea', type: 'background', paint: {}, tokens: { 'background-color': '--map-water' } })] },
      bounds: data.bounds ? data.bounds.split(',').map(Number) : COUNTRY,
      fitBoundsOptions: { padding: 16 },
      maxBounds: LIMITS,
      minZoom: 2.5, maxZoom: 18, dragRotate: false, pitchWithRotate: false, keyboard: false,
      renderWorldCopies: false, attributionControl: false, fadeDuration: 0,
      locale: { 'ScaleControl.Meters': texts().m ?? 'm', 'ScaleControl.Kilometers': texts().km ?? 'km' },
    });
  } catch { // no WebGL: the list beside the map holds the same
    const lost = Object.assign(document.createElement('p'), { className: 'm-lost', textContent: texts().no_map });
    canvas.replaceChildren(lost);
    return { ready: Promise.resolve(), update() {}, select() {}, layer() {}, fit() {}, destroy() {} };
  }
  map.touchZoomRotate.disableRotation();
  map.getCanvas().tabIndex = -1;
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120, unit: 'metric' }), 'bottom-left');

  function layer({ id, type, layout = {}, paint, tokens, from }, source) {
    const spec = { id, type, layout, paint: { ...paint, ...colours(host, tokens) } };
    if (source === 'base') Object.assign(spec, { source, 'source-layer': from ?? id });
    else if (source) spec.source = from ?? id;
    return type === 'background' ? { id, type, paint: spec.paint } : spec;
  }

  const ready = new Promise(done => map.once('load', done)).then(async () => {
    for (const spec of OVER) {
      if (!spec.from) map.addSource(spec.id, { type: 'geojson', data: EMPTY });
    }
    for (const spec of OVER) map.addLayer(layer(spec, 'over'));
    const known = new Set(((await archive.getMetadata()).vector_layers ?? []).map(item => item.id));
    map.addSource('base', { type: 'vector', url: `pmtiles://${tiles}` });
    for (const spec of BASE) if (known.has(spec.from ?? spec.id)) map.addLayer(layer(spec, 'base'), OVER[0].id);
    const edge = Object.assign(document.createElement('div'), { className: 'm-edge' });
    canvas.append(edge);
    grid(map, edge);
    await places();
    if (!data.bounds) fit(false);
    draw();
  });

  const repaint = () => {
    const specs = [{ id: 'sea', tokens: { 'background-color': '--map-water' } }, ...BASE, ...OVER];
    for (const { id, tokens } of specs)
      if (map.getLayer(id)) for (const [name, value] of Object.entries(colours(host, tokens))) map.setPaintProperty(id, name, value);
  };
  document.addEventListener('tartip:theme', repaint);

  /* --- names of towns, in the language of the page, fewer when far */
  async function places() {
    if (!data.places) return;
    const language = document.documentElement.lang;
    const all = (await (await fetch(data.places)).json()).map(town => {
      const element = Object.assign(document.createElement('div'), { className: 'm-place', textContent: town[language] ?? town.kk });
      element.dataset.rank = town.rank;
      return { ...town, marker: new maplibregl.Marker({ element, anchor: 'top', offset: [0, 12] }).setLngLat([town.lon, town.lat]) };
    });
    const show = () => {
      const rank = map.getZoom() < 4.2 ? 1 : map.getZoom() < 5.6 ? 2 : 3;
      for (const town of all) if (town.rank <= rank) town.marker.addTo(map); else town.marker.remove();
    };
    map.on('zoomend', show);
    show();
  }

  /* --- marks: only those in sight, incidents first, so that a whole country stays light */
  const marks = new Map(); // "kind:id" → { marker, item }
  const now = { incident: incidents, unit: units, picked: '' };

  function draw() {
    const bounds = map.getBounds(), far = map.getZoom() < 9, wanted = new Map();
    for (const kind of ['incident', 'unit'])
      for (const item of now[kind]) {
        const key = `${kind}:${item.id}`;
        if (item.lon == null || !bounds.contains([item.lon, item.lat])) continue;
        if (wanted.size < MOST || key === now.picked) wanted.set(key, { kind, item });
      }
    for (const [key, mark] of marks) if (!wanted.has(key)) { mark.marker.remove(); marks.delete(key); }
    for (const [key, { kind, item }] of wanted) {
      const look = kind === 'incident' ? item.n : `${item.state} ${item.name}`;
      let mark = marks.get(key);
      if (mark && mark.look !== look) { mark.marker.remove(); mark = undefined; }
      if (!mark) {
        const element = kind === 'incident' ? incidentMark(item) : unitMark(item);
        element.addEventListener('click', event => { event.stopPropagation(); onPick({ kind, id: item.id }); });
        mark = { look, marker: new maplibregl.Marker({ element }).setLngLat([item.lon, item.lat]).addTo(map) };
        marks.set(key, mark);
      }
      mark.marker.setLngLat([item.lon, item.lat]);
      mark.marker.getElement().toggleAttribute('data-on', key === now.picked);
      mark.marker.getElement().toggleAttribute('data-far', far && kind === 'unit' && key !== now.picked);
    }
  }
  map.on('moveend', draw);

  host.addEventListener('click', event => {
    const what = event.target.closest('[data-map-do]')?.dataset.mapDo;
    if (what === 'in') map.zoomIn();
    if (what === 'out') map.zoomOut();
    if (what === 'fit') fit();
  });

  function fit(smooth = !still.matches) {
    const all = [...now.incident, ...now.unit].filter(item => item.lon != null);
    if (!all.length) return;
    const bounds = all.reduce((box, item) => box.extend([item.lon, item.lat]), new maplibregl.LngLatBounds());
    map.fitBounds(bounds, { padding: 64, maxZoom: 14, animate: smooth });
  }

  return {
    map,
    ready,
    /* New lists of incidents or units; what is left out stays as it is. */
    update(next) {
      if (next.incidents) now.incident = next.incidents;
      if (next.units) now.unit = next.units;
      draw();
    },
    /* Mark one and bring it into sight; without an id nothing is marked. */
    select(kind, id) {
      now.picked = id == null ? '' : `${kind}:${id}`;
      const item = now[kind]?.find(one => one.id === id);
      if (item?.lon != null && (!map.getBounds().contains([item.lon, item.lat]) || map.getZoom() < 11))
        map[still.matches ? 'jumpTo' : 'easeTo']({ center: [item.lon, item.lat], zoom: Math.max(map.getZoom(), 12) });
      draw();
    },
    /* GeoJSON for one of: cells, streets, outline, area, around, route; null empties it. */
    layer: (name, geojson) => ready.then(() => map.getSource(name).setData(geojson ?? EMPTY)),
    fit,
    destroy() {
      document.removeEventListener('tartip:theme', repaint);
      map.remove();
    },
  };
}

/* --- the marks are the components of the catalogue, built node by node: names are never parsed as HTML */
const SVG = 'http://www.w3.org/2000/svg';
function glyph(id) {
  const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use');
  svg.setAttribute('viewBox', '0 0 24 24');
  use.setAttribute('href', `#${id}`);
  svg.append(use);
  return svg;
}
function node(name, className, ...children) {
  const element = Object.assign(document.createElement(name), { className });
  element.append(...children);
  return element;
}
const incidentMark = item => node('div', 'm-inc', node('span', `t-prio t-prio--${item.n}`, glyph(`p-${item.n}`), node('b', '', String(item.n))));
const unitMark = item => node('div', 'm-unit', node('span', `t-unit t-unit--${item.state}`, glyph(`u-${item.state}`), node('b', '', item.name)));
