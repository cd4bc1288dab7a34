/* Tártip · the duty console kept live.

   The journal's stream says which record changed; the page asks the server for the fragment and puts it in place, so
   that a live page always equals a fresh one. The row under the hand and the card being edited are never pulled away. */

import { createMap } from '../tartip/map.mjs';

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const data = (root = document) => JSON.parse($('#map-data', root).textContent);
const shown = () => $('#card [data-incident]')?.dataset.incident;

/* --- map */
const map = createMap($('#map'), { ...data(), onPick: ({ kind, id }) => kind === 'incident' && choose(id) });
map.ready.then(() => { map.fit(); if (shown()) map.select('incident', shown()); document.body.dataset.map = 'ready'; });

/* --- card */
async function choose(id, { focus = true, keep = false } = {}) {
  const answer = await fetch(`/console/${id}/card/`, { headers: { 'X-Requested-With': 'fetch' } });
  if (!answer.ok) return;
  const card = $('#card'), scroll = keep ? $('.scroll', card)?.scrollTop : 0;
  card.innerHTML = await answer.text();
  window.htmx?.process(card);
  const region = $('.scroll', card);
  if (region && scroll) region.scrollTop = scroll;
  mark(id);
  map.select('incident', id);
  if (!keep) history.replaceState(null, '', `?incident=${id}`);
  if (focus) $('#card-title')?.focus();
}
function mark(id) {
  for (const row of rows()) row.toggleAttribute('aria-current', row.dataset.id === id);
  const row = document.getElementById(`row-${id}`);
  row?.setAttribute('aria-current', 'true');
}
const busy = () => $('#card dialog[open]') || $('#card')?.contains(document.activeElement) && document.activeElement.matches('input,textarea,select');
function refreshCard() {
  const id = shown();
  if (!id) return;
  if (busy()) { const stale = $('#card-stale'); if (stale) stale.hidden = false; return; }
  const inside = $('#card').contains(document.activeElement) ? document.activeElement.id : '';
  choose(id, { focus: false, keep: true }).then(() => inside && document.getElementById(inside)?.focus());
}

/* --- queue: rows keep their element, so focus and scroll stay; only what differs is touched */
const rows = () => $$('#queue .inc');
function put(fresh) {
  const queue = $('#queue'), active = document.activeElement, current = shown();
  const known = new Map(rows().map(row => [row.id, row]));
  const next = [...$('#queue', fresh).children].map(node => {
    const old = known.get(node.id);
    if (!old) { if (node.matches('.inc') && known.size) node.classList.add('is-new'); return node; }
    if (old.innerHTML !== node.innerHTML) old.innerHTML = node.innerHTML;
    old.dataset.group = node.dataset.group;
    return old;
  });
  const top = queue.scrollTop;
  queue.replaceChildren(...next);
  queue.scrollTop = top;
  if (active && active !== document.activeElement && queue.contains(active)) active.focus({ preventScroll: true });
  for (const row of rows()) { row.removeAttribute('aria-current'); if (row.dataset.id === current) row.setAttribute('aria-current', 'true'); }
  $('#stats').innerHTML = $('#stats', fresh).innerHTML;
  const alarms = $('#alarms', fresh);
  if ($('#alarms').innerHTML !== alarms.innerHTML) { $('#alarms').innerHTML = alarms.innerHTML; window.htmx?.process($('#alarms')); }
  $('#map-data').textContent = $('#map-data', fresh).textContent;
  map.update(data());
  filter();
}
async function refreshBoard() {
  const answer = await fetch('/console/board/', { headers: { 'X-Requested-With': 'fetch' } });
  if (answer.redirected) return location.reload(); // the session ended: the log-in page comes
  if (!answer.ok) throw new Error(answer.statusText);
  put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}

/* --- one refresh for a burst of events; one that failed is tried again until the page is true */
let waiting = 0, wanted = new Set();
function changed(event, after = 200) {
  wanted.add(event.subject);
  if (waiting) return;
  waiting = setTimeout(async () => {
    waiting = 0;
    const subjects = wanted;
    wanted = new Set();
    try {
      await refreshBoard();
    } catch {
      for (const subject of subjects) changed({ subject }, 1000);
      return;
    }
    if (subjects.has(shown()) || subjects.has('any')) refreshCard();
  }, after);
}

/* --- stream: EventSource sends Last-Event-ID by itself after a cut, and the server replays what was missed */
const live = $('#live');
function state(name) { live.dataset.state = name; live.firstElementChild.textContent = name === 'lost' ? live.dataset.lost : live.dataset.live; }
const OURS = new Set(['incident', 'assignment', 'unit', 'joining', 'call']);
const stream = new EventSource(document.body.dataset.stream);
stream.onopen = () => { state('live'); changed({ subject: 'any' }); };
stream.onerror = () => state('lost');
stream.onmessage = message => {
  const event = JSON.parse(message.data);
  document.body.dataset.seen = event.index;
  if (!OURS.has(event.register)) return;
  tell(event);
  changed(event.register === 'incident' ? event : { subject: 'any' });
};
const words = JSON.parse($('#act-names').textContent);
function tell(event) {
  const feed = $('#feed'), item = document.createElement('li');
  const time = Object.assign(document.createElement('time'), { textContent: new Date().toLocaleTimeString(document.documentElement.lang) });
  item.append(time, Object.assign(document.createElement('span'), { textContent: `${words[event.act] ?? event.act} · № ${event.index}` }));
  feed.prepend(item);
  while (feed.children.length > 5) feed.lastElementChild.remove();
}

/* --- hands: clicks, keys, filter, search */
document.addEventListener('click', event => {
  const row = event.target.closest('.inc, [data-show]');
  if (row && !event.ctrlKey && !event.metaKey) { event.preventDefault(); choose(row.dataset.id ?? row.dataset.show); return; }
  const unit = event.target.closest('.rec');
  if (unit) pick(unit);
  if (event.target.closest('[data-refresh]')) choose(shown(), { focus: true, keep: true });
  if (event.target.closest('[data-locate]')) map.select('incident', shown());
  const tab = event.target.closest('[data-filter]');
  if (tab) { for (const one of $$('[data-filter]')) one.setAttribute('aria-pressed', String(one === tab)); filter(); }
  if (event.target.closest('[data-open="new-call"]')) {
    const centre = map.map?.getCenter();
    if (centre && !$('#new-lon').value) { $('#new-lon').value = centre.lng.toFixed(6); $('#new-lat').value = centre.lat.toFixed(6); }
  }
});
function pick(unit) {
  for (const one of $$('.rec')) one.setAttribute('aria-pressed', String(one === unit));
  const button = $('#assign');
  if (!button) return;
  button.firstElementChild.textContent = unit.dataset.label;
  button.form.elements.unit.value = unit.dataset.unit;
}
document.addEventListener('keydown', event => {
  if (document.body.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches('input,select,textarea') || $('dialog[open]')) return;
  const step = { KeyJ: 1, KeyK: -1 }[event.code];
  if (!step) return;
  event.preventDefault();
  const all = rows().filter(row => !row.hidden), at = all.findIndex(row => row.hasAttribute('aria-current'));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  if (next) { next.scrollIntoView({ block: 'nearest' }); choose(next.dataset.id, { focus: false }).then(() => next.focus({ preventScroll: true })); }
});
const groups = { waiting: 'opened', working: 'assigned' };
function filter() {
  const group = groups[$('[data-filter][aria-pressed=true]')?.dataset.filter], words = $('#search').value.trim().toLowerCase();
  for (const row of rows()) row.hidden = Boolean(group && row.dataset.group !== group || words && !row.textContent.toLowerCase().includes(words));
  for (const title of $$('#queue .group')) title.hidden = !rows().some(row => !row.hidden && row.dataset.group === groups[title.dataset.group]);
}
$('#search').addEventListener('input', filter);
document.addEventListener('submit', event => { if (event.target.matches('[data-closes]')) event.target.closest('dialog')?.close(); }, true);
document.addEventListener('tartip:acted', () => changed({ subject: 'any' }));
