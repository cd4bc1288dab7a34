/* Tártip · duty console: what its parts share. */

import { cookie } from '../tartip/outbox.mjs';

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const texts = JSON.parse($('#console-texts').textContent);
export const parsed = html => new DOMParser().parseFromString(html, 'text/html');

/* A fragment of the page. Raises Failure; `over` when the session ended, `status` 0 when the network failed. */
export class Failure extends Error {
  constructor(status, message = '') { super(message); this.status = status; }
  get over() { return this.status === 401; }
}
export async function fragment(url, signal, purpose) {
  const patience = AbortSignal.timeout(15_000);
  let answer;
  try {
    answer = await fetch(url, {
      headers: { 'X-Requested-With': 'fetch', ...purpose && { 'X-CSRFToken': cookie('csrftoken') } },
      ...purpose && { method: 'POST', body: new URLSearchParams({ purpose }) }, // what is read for a purpose leaves an entry
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    if (answer.ok && !answer.redirected) return parsed(await answer.text());
  } catch { throw new Failure(0); }
  throw new Failure(answer.redirected ? 401 : answer.status, answer.status < 500 ? await answer.text() : '');
}
