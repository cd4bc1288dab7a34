/* The chart by month: this year a solid line, the year before a dashed one; colours from the theme, axis from zero. */
const host = document.getElementById('chart');
const data = JSON.parse(document.getElementById('chart-data')?.textContent ?? 'null');
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let plot;

function draw() {
  plot?.destroy();
  const axis = { stroke: colour('--text-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px ' + colour('--font') };
  const series = (label, stroke, width, dash) => ({ label, stroke, width, dash, spanGaps: false, points: { show: !dash, size: 7, fill: stroke } });
  plot = new uPlot({
    width: host.clientWidth, height: host.clientHeight, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: false, range: [-0.3, 11.3] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
    axes: [
      { ...axis, size: 30, grid: { show: false }, splits: () => data.months.map((_, i) => i), values: (_, at) => at.map(i => (host.clientWidth < 480 && i % 2 ? '' : data.months[i])) },
      { ...axis, size: 64, values: (_, at) => at.map(v => (Number.isInteger(v) ? v.toLocaleString(document.documentElement.lang) : '')) },
    ],
    series: [{}, series(String(data.year), colour('--series-now'), 3), series(String(data.year - 1), colour('--series-prev'), 2, [5, 4])],
  }, [data.months.map((_, i) => i), data.now, data.before], host);
  host.dataset.ready = '';
}

if (host && data) {
  draw();
  document.addEventListener('tartip:theme', draw);
  new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: host.clientHeight })).observe(host);
}

/* The key a reader brings from elsewhere: it goes into the command, and is compared with the one this server names. */
document.addEventListener('input', event => {
  if (!event.target.matches('[data-verify-key]')) return;
  const steps = event.target.closest('[data-verify]');
  const key = event.target.value.trim();
  steps.querySelector('[data-command]').textContent = `tartip verify figure.json --key ${key ? `"${key}"` : 'KEY'}`;
  steps.querySelector('[data-same]').hidden = key !== steps.dataset.key;
  steps.querySelector('[data-other]').hidden = !key || key === steps.dataset.key;
});
