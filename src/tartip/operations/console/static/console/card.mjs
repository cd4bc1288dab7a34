/* Tártip · duty console: the card. What it shows and what its keys act on are one thing, always.

   The newest choice wins: an older request is cut off, and its answer, should it still come, is dropped. From the choice
   until the card stands there its acts are dead (inert), and the card says so. The same holds while an act of this very
   incident is on its way. */

import { $, Failure, fragment, texts } from './dom.mjs';

const section = $('#card'), body = $('#card-body'), state = $('#card-state');
const AGAIN = 3000;
const READ = 6000; // as long as a toast stands
export const keyed = (words, code) => words.replace('{key}', code.replace(/^Key|^Digit/, ''));

export class Card {
  asked = null;   // the request under way
  dirty = false;  // news came while a card was on its way
  outdated = false; // what is shown is known not to be so any more
  problem = null;  // why it cannot be shown: { text, gone }
  unheard = '';    // the key (its code) that was pressed while the card of this incident was dead
  /* hooks: arrived(id, chosen), chosen(id), pending(id) → entry or undefined, next(id), gone(words),
     over() */
  constructor(hooks) {
    this.hooks = hooks;
    this.wanted = this.shown;
    this.lock();
  }
  get shown() { return $('[data-incident]', body)?.dataset.incident; }
  get version() { return $('[data-incident]', body)?.dataset.version; }
  get loading() { return this.outdated || this.wanted !== this.shown; }
  /* Somebody works in it: an open dialog, or a field under the hand. */
  get busy() { return $('dialog[open]', body) || body.contains(document.activeElement) && document.activeElement.matches('input,textarea,select'); }

  /* Why nothing can be done in it; empty when its keys are alive. */
  get dead() {
    return this.problem?.text || (this.loading ? texts.loading : this.hooks.pending(this.wanted) ? texts.sending : '');
  }
  /* Dead or alive, and why; the only place that decides it. */
  lock() {
    const under = this.hooks.pending(this.wanted), why = this.dead;
    for (const button of body.querySelectorAll('dialog [type=submit]')) button.setAttribute('aria-busy', String(Boolean(under)));
    body.inert = Boolean(why) && !$('dialog[open]', body);
    section.setAttribute('aria-busy', String(Boolean(why)));
    if (why || !this.unheard) this.hush = clearTimeout(this.hush);
    else this.hush ??= setTimeout(() => this.heard(), READ); // drawn anew it stands no longer
    this.say(this.unheard && !this.problem ? why ? this.waits : this.after : why);
    if (!this.problem || state.childElementCount) return;
    const way = Object.assign(document.createElement('button'), { type: 'button', className: 't-btn t-btn--sm', textContent: this.problem.gone ? texts.next_one : texts.try_again });
    way.addEventListener('click', () => this.problem?.gone ? this.hooks.next(this.wanted) : this.choose(this.wanted));
    state.append(' ', way);
  }
  /* What is said about a key that was not taken while the card loads, or while an act is on its way. */
  get waits() { return keyed(this.loading ? texts.wait_loading : texts.wait_sending, this.unheard); }
  /* What is said about it when the card stands there: whether it would do anything on this one. */
  get after() {
    const control = [...section.querySelectorAll(`[data-code="${this.unheard}"]`)].find(one => one.getClientRects().length && !one.disabled);
    return keyed(!control ? texts.no_act : control.form?.elements.unit?.value === '' ? texts.no_unit : texts.works_now, this.unheard);
  }
  say(words) {
    state.hidden = !words;
    if ((state.firstChild?.textContent ?? '') !== words) state.replaceChildren(...words ? [words] : []);
  }
  /* What is shown must not be acted on, and why; `gone`: this reader may not read the record any more. */
  fail(text, gone = false) {
    this.unheard = '';
    this.problem = { text, gone };
    this.outdated = true;
    this.lock();
  }
  /* A key was pressed while the card was dead: this is said, again at each press, and until some seconds after the card
     stands there, so that nobody takes the silence for a done act. */
  refuse(code = '') {
    this.unheard = this.problem ? '' : code; // a card that did not come says this instead
    this.hush = clearTimeout(this.hush);
    state.replaceChildren(); // the same words are read aloud again only when they are put there again
    this.lock();
    state.classList.remove('is-struck');
    void state.offsetWidth; // starts the animation anew
    state.classList.add('is-struck');
  }
  /* A key was taken, another act was done, the session has ended, or the words have stood long enough. */
  heard() {
    if (!this.unheard) return;
    this.unheard = '';
    this.lock();
  }
  async choose(id, { focus = false, outdated = false } = {}) {
    if (!id) return false;
    if (id !== this.wanted) this.unheard = ''; // it was pressed for another incident
    this.wanted = id;
    this.outdated ||= outdated;
    this.problem = null;
    this.hooks.chosen(id);
    this.lock();
    return this.load(id, { focus });
  }
  /* The same incident, newer: not while somebody works in it, and not in the way of a choice. */
  async refresh() {
    if (!this.shown) return;
    if (this.problem && !this.asked) { await this.load(this.wanted, { keep: true }); return; }
    if (this.loading) { this.dirty = true; return; }
    if (this.busy) { this.stale(); return; }
    await this.load(this.shown, { keep: true });
  }
  /* The hand has left it: what changed meanwhile is shown. */
  settled() { if (!this.busy && $('#card-stale:not([hidden])', body)) this.refresh(); }
  stale() { const note = $('#card-stale', body); if (note) note.hidden = false; }

  async load(id, { keep = false, focus = false }) {
    this.asked?.abort();
    clearTimeout(this.again);
    const mine = this.asked = new AbortController();
    let fresh;
    try {
      fresh = await fragment(`/console/${id}/card/`, mine.signal);
      if ($('[data-incident]', fresh)?.dataset.incident !== id) throw new Failure(0);
    } catch (error) {
      if (mine !== this.asked) return false; // a newer choice is under way
      this.asked = null;
      if (error.over) this.hooks.over();
      const gone = error.status === 404, words = error.status >= 400 && error.status < 500 && !error.over && error.message || texts.card_failed;
      if (gone && this.shown === id && !this.problem) this.hooks.gone(words);
      if (gone || error.status === 403 || !keep || this.loading) this.fail(words, gone);
      else if (!error.over) this.again = setTimeout(() => this.refresh(), AGAIN); // what is shown may be old: asked until it is known
      return false;
    }
    if (mine !== this.asked || this.wanted !== id) return false;
    this.asked = null;
    if (keep && this.busy) {
      if ($('[data-incident]', fresh).dataset.version !== this.version) this.stale();
      return false;
    }
    this.outdated = false;
    this.problem = null;
    const inside = body.contains(document.activeElement) ? document.activeElement.id : '', open = this.shown === id && $('dialog[open]', body)?.id;
    for (const dialog of body.querySelectorAll('dialog[open]')) dialog.close();
    const scroll = keep ? $('.scroll', body)?.scrollTop : 0;
    body.replaceChildren(...fresh.body.childNodes);
    const region = $('.scroll', body);
    if (region && scroll) region.scrollTop = scroll;
    this.lock();
    this.hooks.arrived(id, keep);
    if (this.unheard) this.lock(); // a unit that was chosen before is chosen again by now
    if (open) window.tartip.open(document.getElementById(open)); // somebody works in it while another act was answered
    if (focus && !open) $('#card-title')?.focus(); else if (inside) document.getElementById(inside)?.focus();
    if (this.dirty) { this.dirty = false; this.refresh(); }
    return true;
  }
}
