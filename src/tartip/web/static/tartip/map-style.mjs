/* Tártip · what the map is drawn with. Layers name a token; the colour is read when drawn, so a theme is a repaint. */

const LINE = { 'line-cap': 'round', 'line-join': 'round' };
const wide = (at5, at15) => ['interpolate', ['exponential', 1.4], ['zoom'], 5, at5, 15, at15];

/* Drawn when the archive has them: a bigger archive with water and roads needs no change here. */
export const BASE = [
  { id: 'countries', type: 'fill', paint: {}, tokens: { 'fill-color': ['case', ['==', ['get', 'home'], 1], '--map-land', '--map-block'] } },
  { id: 'parks', type: 'fill', paint: {}, tokens: { 'fill-color': '--map-park' } },
  { id: 'water', type: 'fill', paint: {}, tokens: { 'fill-color': '--map-water' } },
  { id: 'road-edges', from: 'roads', type: 'line', layout: LINE, paint: { 'line-width': wide(.6, 11) }, tokens: { 'line-color': '--map-road-edge' } },
  { id: 'roads', type: 'line', layout: LINE, paint: { 'line-width': wide(.4, 8) }, tokens: { 'line-color': '--map-road' } },
  { id: 'regions', type: 'line', layout: LINE, paint: { 'line-width': wide(.7, 2), 'line-dasharray': [3, 2] }, tokens: { 'line-color': '--line-strong' } },
  { id: 'borders', from: 'countries', type: 'line', layout: LINE, paint: { 'line-width': wide(1, 3) }, tokens: { 'line-color': '--line-strong' } },
];

/* Filled by the page through map.layer(name, geojson). */
export const OVER = [
  { id: 'grid', type: 'line', paint: { 'line-width': .5, 'line-opacity': .55 }, tokens: { 'line-color': '--map-label' } },
  { id: 'cells', type: 'fill', paint: { 'fill-opacity': ['coalesce', ['get', 'share'], .25] }, tokens: { 'fill-color': '--warn' } },
  { id: 'streets', type: 'line', layout: LINE, paint: { 'line-width': wide(.4, 6) }, tokens: { 'line-color': '--map-road' } },
  { id: 'outline', type: 'line', layout: LINE, paint: { 'line-width': 1.5 }, tokens: { 'line-color': '--map-label' } },
  { id: 'area', type: 'fill', paint: { 'fill-opacity': .12 }, tokens: { 'fill-color': '--warn' } },
  { id: 'area-edge', from: 'area', type: 'line', paint: { 'line-width': 2, 'line-dasharray': [3, 2.5] }, tokens: { 'line-color': '--warn' } },
  { id: 'around', type: 'fill', paint: { 'fill-opacity': .16 }, tokens: { 'fill-color': '--accent' } },
  { id: 'around-edge', from: 'around', type: 'line', paint: { 'line-width': 1.5 }, tokens: { 'line-color': '--accent' } },
  { id: 'route-halo', from: 'route', type: 'line', layout: LINE, paint: { 'line-width': 10 }, tokens: { 'line-color': '--map-halo' } },
  { id: 'route', type: 'line', layout: LINE, paint: { 'line-width': 5 }, tokens: { 'line-color': '--unit-enroute' } },
];

/* Tokens → colours of the element's theme, also inside expressions. */
export function colours(element, tokens) {
  const style = getComputedStyle(element);
  const resolve = value => Array.isArray(value) ? value.map(resolve)
    : typeof value === 'string' && value.startsWith('--') ? style.getPropertyValue(value).trim() : value;
  return Object.fromEntries(Object.entries(tokens).map(([name, value]) => [name, resolve(value)]));
}

/* Around a point, in metres: the place of a caller is a circle, not a point. */
export function circle(lon, lat, metres, corners = 64) {
  const east = metres / (111_320 * Math.cos(lat * Math.PI / 180)), north = metres / 110_574;
  const ring = Array.from({ length: corners + 1 }, (_, i) => {
    const angle = i % corners * 2 * Math.PI / corners;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)];
  });
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } };
}
