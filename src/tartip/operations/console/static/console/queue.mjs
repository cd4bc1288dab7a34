/* Tártip · duty console: the queue. Rows keep their element, so focus and scroll stay; only what differs is touched. */

import { $, $$ } from './dom.mjs';

export const rows = () => $$('#queue .inc');

export function mark(id) {
  for (const row of rows()) {
    if (row.dataset.id === id) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current');
  }
}
export function put(fresh, current) {
  const queue = $('#queue'), active = document.activeElement;
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
  mark(current);
  filter();
}
/* The row `by` places from the chosen one, among those that are shown. */
export function neighbour(id, by) {
  const all = rows().filter(row => !row.hidden), at = all.findIndex(row => row.dataset.id === id);
  return all[Math.max(0, Math.min(all.length - 1, at + by))];
}
/* After an act: the next incident without a unit below `id`, else the first one, except those just dealt with. */
export function nextWaiting(id, done) {
  const all = rows(), at = all.findIndex(row => row.dataset.id === id);
  const free = row => row.dataset.group === 'waiting' && !row.hidden && row.dataset.id !== id && !done.has(row.dataset.id);
  return all.slice(at + 1).find(free) ?? all.find(free);
}
export function filter() {
  const chosen = $('[data-filter][aria-pressed=true]')?.dataset.filter, group = chosen === 'all' ? '' : chosen, words = $('#search').value.trim().toLowerCase();
  for (const row of rows()) row.hidden = Boolean(group && group !== row.dataset.group || words && !row.textContent.toLowerCase().includes(words));
  for (const title of $$('#queue .group')) {
    let row = title.nextElementSibling, seen = false;
    for (; row?.matches('.inc'); row = row.nextElementSibling) seen ||= !row.hidden;
    title.hidden = !seen;
  }
}
