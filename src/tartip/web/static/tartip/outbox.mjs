/* Tártip · acts on their way to the server. Nothing fails in silence: an act is sent again under the same key until it
   is answered, so that it happens once; what was refused is said in words; what is waiting can be taken back.

   An entry outlives a reload (this tab, this account). Its lane is the record it is about: one act a lane at a time. */

import { clear, notice } from './notices.mjs';

const PAUSES = [1, 2, 4, 8, 15]; // seconds before the next try; the last one repeats
const TRIES = 60;                // about a quarter of an hour without network, then a person decides
const FAILURES = 6;              // a server that answers with an error is not asked for ever
const PATIENCE = 15_000;

export const cookie = name => document.cookie.split('; ').find(part => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
export const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, '0')).join('');
/* The session is over: the answer says so, or the request was led to the log-in. */
export const sessionOver = answer => answer.status === 401 || answer.redirected;

export class Outbox {
  entries = new Map();
  timers = new Map();
  /* handlers: done(entry, answer), refused(entry, problem), over(), changed(), cancelled(entry), more(entry) */
  constructor({ account, texts, handlers }) {
    Object.assign(this, { texts, handlers, storageName: `tartip:${account}:outbox` });
    this.load();
    window.addEventListener('online', () => this.flush());
  }
  load() {
    try {
      for (const name of Object.keys(sessionStorage))
        if (/^tartip:.*:outbox$/.test(name) && name !== this.storageName) sessionStorage.removeItem(name);
      for (const entry of JSON.parse(sessionStorage.getItem(this.storageName) ?? '[]')) this.entries.set(entry.key, entry);
    } catch { /* storage may be switched off: then an entry lives as long as the page */ }
    for (const entry of this.entries.values()) if (entry.state === 'held') this.hold(entry); else this.wait(entry, 0);
  }
  save() {
    try { sessionStorage.setItem(this.storageName, JSON.stringify([...this.entries.values()])); } catch { /* as above */ }
    this.handlers.changed?.();
  }
  /* What is under way about a record; undefined when its acts are free. */
  pending(lane) { return [...this.entries.values()].find(entry => lane && entry.lane === lane && entry.state !== 'held'); }
  add(entry) {
    this.entries.set(entry.key, Object.assign(entry, { tries: 0, failures: 0, state: 'sending' }));
    this.save();
    return this.attempt(entry);
  }
  flush() { for (const entry of [...this.entries.values()]) if (entry.state === 'waiting' || entry.state === 'session') this.attempt(entry); }
  drop(entry) {
    clearTimeout(this.timers.get(entry.key));
    this.entries.delete(entry.key);
    clear(entry.key);
    this.save();
  }
  async attempt(entry) {
    clearTimeout(this.timers.get(entry.key));
    Object.assign(entry, { state: 'sending', tries: entry.tries + 1 });
    this.save();
    let answer, body, csrf;
    try {
      csrf = cookie('csrftoken');
      answer = await fetch(entry.url, {
        method: 'POST', body: entry.body, signal: AbortSignal.timeout(PATIENCE),
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded', 'X-Requested-With': 'fetch', 'X-CSRFToken': csrf,
          'Idempotency-Key': entry.key, ...entry.version && { 'If-Match': `"${entry.version}"` },
        },
      });
      body = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : null;
    } catch {
      return this.entries.has(entry.key) && this.wait(entry); // no network, cut off, or no answer in time
    }
    if (!this.entries.has(entry.key)) return; // taken back meanwhile
    if (sessionOver(answer)) return this.stop(entry);
    if (body?.code === 'csrf') return cookie('csrftoken') !== csrf ? this.attempt(entry) : this.stop(entry);
    if (answer.ok && body) { this.drop(entry); return this.handlers.done(entry, body); }
    if (answer.status === 429 || answer.status >= 500 || answer.ok) {
      entry.failures += 1;
      return entry.failures >= FAILURES ? this.hold(entry) : this.wait(entry);
    }
    this.drop(entry);
    this.handlers.refused(entry, { status: answer.status, detail: body?.detail ?? this.texts.refused, code: body?.code ?? '', errors: body?.errors ?? {} });
  }
  wait(entry, seconds) {
    if (entry.tries >= TRIES) return this.hold(entry);
    entry.state = 'waiting';
    const pause = seconds ?? PAUSES[Math.min(entry.tries, PAUSES.length) - 1] ?? 1;
    this.timers.set(entry.key, setTimeout(() => this.attempt(entry), pause * 1000));
    this.save();
    if (entry.tries) notice(entry.key, { text: `${entry.label}: ${this.texts.not_sent_again}`, actions: this.ways(entry) });
  }
  stop(entry) {
    entry.state = 'session';
    this.save();
    notice(entry.key, { text: `${entry.label}: ${this.texts.not_sent_session}`, actions: this.ways(entry) });
    this.handlers.over();
  }
  ways(entry) { return [...this.handlers.more?.(entry) ?? [], { text: this.texts.do_not_send, run: () => this.cancel(entry) }]; }
  /* Not sent, and not tried again by itself. Words that somebody typed are never thrown away unasked. */
  hold(entry) {
    entry.state = 'held';
    this.save();
    notice(entry.key, {
      kind: 'danger', text: `${entry.label}: ${this.texts.not_sent}`,
      actions: [
        { text: this.texts.send_again, run: () => { Object.assign(entry, { tries: 0, failures: 0 }); clear(entry.key); this.attempt(entry); } },
        { text: this.texts.discard, run: () => { this.drop(entry); this.handlers.cancelled?.(entry); } },
      ],
    });
  }
  cancel(entry) {
    clearTimeout(this.timers.get(entry.key));
    if (entry.typed?.length) return this.hold(entry);
    this.drop(entry);
    this.handlers.cancelled?.(entry);
  }
}
