/* Tártip · a degree grid with numbers at two edges. Where the base map has only outlines, it keeps the officer oriented. */

const STEPS = [10, 5, 2, 1, .5, .2, .1, .05, .02, .01, .005, .002, .001];
const EDGE = 18; // px kept free at the corner

export function grid(map, edge) {
  const draw = () => {
    const bounds = map.getBounds(), width = map.getContainer().clientWidth;
    const west = bounds.getWest(), east = bounds.getEast(), south = bounds.getSouth(), north = bounds.getNorth();
    const step = STEPS.findLast(s => s / (east - west) * width >= 140) ?? STEPS[0];
    const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    const between = (from, to) => {
      const first = Math.ceil(from / step);
      return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
    };
    const lons = between(west, east), lats = between(south, north);
    const line = coordinates => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } });
    map.getSource('grid')?.setData({
      type: 'FeatureCollection',
      features: [...lons.map(x => line([[x, south], [x, north]])), ...lats.map(y => line([[west, y], [east, y]]))],
    });
    const label = (side, value, at) => {
      const span = document.createElement('span');
      span.dataset.side = side;
      span.textContent = value.toFixed(places) + '°';
      span.style[side === 'bottom' ? 'left' : 'top'] = `${at}px`;
      return span;
    };
    const height = map.getContainer().clientHeight;
    edge.replaceChildren(
      ...lons.map(x => [x, map.project([x, south]).x]).filter(([, at]) => at > 3 * EDGE).map(([x, at]) => label('bottom', x, at)),
      ...lats.map(y => [y, map.project([west, y]).y]).filter(([, at]) => at > EDGE && at < height - 3 * EDGE).map(([y, at]) => label('left', y, at)),
    );
  };
  map.on('moveend', draw);
  map.on('resize', draw);
  draw();
}
