/* Tártip · duty console: kept live. The journal's stream says which record changed; the page asks for the fragment. */

import { $, fragment } from './dom.mjs';

const live = $('#live');
const SILENCE = 35_000; // the server's heartbeat comes every 15 s
const OURS = new Set(['incident', 'assignment', 'unit', 'joining', 'call', 'remark', 'handover', 'hand_over']);

export class Live {
  /* hooks: board(document), about(subject) → refresh of the card, event(event), over(), off(words): the shift has ended, or the reader works here no longer */
  constructor(hooks) {
    this.hooks = hooks;
    this.wanted = new Set();
    this.timer = 0;
    this.running = false;
    this.fails = 0;
    this.open();
    // The browser often knows before the stream does; and a connection that says nothing for two heartbeats is none.
    window.addEventListener('offline', () => this.lost());
    window.addEventListener('online', () => this.shut || this.open());
    setInterval(() => { if (this.fresh && Date.now() - this.heard > SILENCE) this.open(); }, 1000);
  }
  /* Closed to this reader: only a board that comes again changes that. */
  get shut() { return live.dataset.state === 'ended' || live.dataset.state === 'off'; }
  state(name) { live.dataset.state = name; live.firstElementChild.textContent = live.dataset[name]; }

  /* EventSource sends Last-Event-ID by itself after a cut. One the server closed (a session that ended) is opened anew. */
  open() {
    const seen = document.body.dataset.seen, url = document.body.dataset.stream;
    this.stream?.close();
    this.heard = Date.now();
    if (this.fresh) { this.fresh = false; this.shut || this.state('lost'); }
    this.stream = new EventSource(seen ? `${url}?since=${seen}` : url);
    // "live" is what the server says of itself, not only that a connection is open.
    this.stream.addEventListener('state', message => { this.heard = Date.now(); this.fresh = JSON.parse(message.data).live && navigator.onLine; this.shut || this.state(this.fresh ? 'live' : 'lost'); });
    this.stream.addEventListener('reset', () => this.changed('any'));
    this.stream.addEventListener('end', () => { this.stream.close(); this.lost(); });
    this.stream.onopen = () => this.changed('any');
    this.stream.onerror = () => this.lost();
    this.stream.onmessage = message => {
      const event = JSON.parse(message.data);
      this.heard = Date.now();
      document.body.dataset.seen = event.index;
      if (!OURS.has(event.register)) return;
      this.hooks.event(event);
      this.changed(event.register === 'incident' ? event.subject : 'any');
    };
  }
  lost() {
    this.fresh = false;
    if (this.shut) return;
    this.state('lost');
    if (this.stream.readyState !== EventSource.CLOSED) return;
    this.changed('any');
    clearTimeout(this.reopen);
    this.reopen = setTimeout(() => this.open(), 3000);
  }
  /* One refresh for a burst of events, one at a time; one that failed is tried again until the page is true. */
  changed(subject, after = 200) {
    this.wanted.add(subject);
    if (!this.timer && !this.running) this.timer = setTimeout(() => this.refresh(), after);
  }
  atOnce() { this.wanted.add('any'); if (!this.running) this.refresh(); }
  async refresh() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.running = true;
    const subjects = this.wanted;
    this.wanted = new Set();
    try {
      const fresh = await fragment('/console/board/');
      this.hooks.board(fresh);
      this.fails = 0;
      if (this.shut) { this.state('lost'); this.open(); }
    } catch (error) {
      if (error.over) this.hooks.over();
      else if (error.status === 403) this.hooks.off(error.message);
      else if (!this.shut) this.state('lost');
      this.fails += 1;
      this.running = false;
      for (const subject of subjects) this.changed(subject, Math.min(10, 2 ** (this.fails - 1)) * 1000);
      return;
    }
    this.running = false;
    this.hooks.about(subjects);
    if (this.fresh && navigator.onLine) this.state('live');
    for (const subject of this.wanted) this.changed(subject);
  }
}
