/* Tártip · the duty console: queue, map, card, acts, and what keeps them true to each other.

   A live page always equals a fresh one. The row under the hand and the card being edited are never pulled away. Every
   act says which record, in which version, it was drawn for; nothing fails in silence. */

import { createMap } from '../tartip/map.mjs';
import { Drafts, changes, untouched } from '../tartip/drafts.mjs';
import { Outbox, freshKey } from '../tartip/outbox.mjs';
import { clear, notice } from '../tartip/notices.mjs';
import { Card, keyed } from './card.mjs';
import { Live } from './live.mjs';
import { $, $$, fragment, texts } from './dom.mjs';
import { filter, mark, neighbour, nextWaiting, put, rows } from './queue.mjs';

const page = document.body, account = page.dataset.account, common = window.tartip.texts;
const data = (root = document) => JSON.parse($('#map-data', root).textContent);

/* --- map */
const map = createMap($('#map'), { ...data(), onPick: ({ kind, id }) => kind === 'incident' && card.choose(id) });
map.ready.then(() => { map.fit(); if (card.shown) map.select('incident', card.shown); page.dataset.map = 'ready'; });

let card, live;

/* --- acts on their way */
const drafts = new Drafts(account);
const dealt = new Set(); // incidents that were given a unit or closed here, until the queue says so itself
const outbox = new Outbox({
  account, texts: common,
  handlers: {
    changed: () => card?.lock(),
    over,
    cancelled: entry => { if (entry.lane === card.shown) card.refresh(); },
    more: entry => entry.draft === 'new-call' && formOf(entry)?.elements.key.value === entry.key ? [{ text: texts.next_call, run: () => empty(formOf(entry)) }] : [],
    done(entry, answer) {
      const form = formOf(entry), waited = form?.elements.key.value === entry.key && takeEarly();
      let here = entry.tries === 1 && entry.from === card.wanted && !entry.draft && idle();
      clear(refusalOf(entry));
      if (form?.elements.key.value === entry.key) here = settle(form, entry);
      else if (!form) $$('dialog[open] form').find(sent => sent.elements.key?.value === entry.key)?.closest('dialog').close();
      if (entry.then === 'next') dealt.add(entry.lane);
      if (answer.show && !here) offer(answer, entry);
      else window.tartip.toast(answer.text, answer.undo ? () => undo(answer) : undefined);
      if (answer.show && here) { clear(entry.key); live.atOnce(); card.choose(answer.show, { focus: idle() }); if (waited) card.refuse(waited); }
      else if (entry.lane && entry.lane === card.wanted) {
        const next = entry.then === 'next' && nextWaiting(entry.lane, dealt);
        if (next) go(next, idle()); else card.choose(entry.lane, { outdated: true });
      }
      live.changed('any');
    },
    /* Nothing was done. The words go where the hand is, and what was typed stays. */
    refused(entry, { status, detail, code, errors }) {
      takeEarly();
      const form = formOf(entry), taken = form && form.elements.key.value !== entry.key && !untouched(form);
      let words = `${entry.label}: ${detail}`;
      // The form holds what was typed since: these words stand in the notice, and nothing is written over.
      if (taken) words += ` (${entry.typed.map(([, value]) => value).filter(value => value && value !== true).join('; ')})`;
      else if (entry.typed?.length) drafts.put(entry.draft, entry.typed);
      if (form && !taken) {
        const same = form.elements.key.value === entry.key;
        renew(form);
        if (!same) drafts.fill(form);
        point(form, errors);
      }
      const id = taken ? entry.key : refusalOf(entry), actions = [{ text: common.understood, run: () => clear(id) }];
      // It helps where the record changed or another one is shown; other refusals would be the same again.
      if (entry.card && (code === 'act.clash' || entry.lane !== card.shown)) actions.unshift({ text: texts.show, run: () => look(entry) });
      notice(id, { kind: 'danger', text: words, actions });
      if ((status === 409 || status === 404) && !$('dialog[open]')) live.changed(entry.lane || 'any', 0);
    },
  },
});
/* Each wrong field is marked, with the words beside it; the first one gets the focus. A change takes the mark away. */
function point(form, errors) {
  unpoint(form);
  for (const [name, rule] of Object.entries(errors)) {
    const field = form.elements[name];
    if (!field?.id) continue;
    const words = Object.assign(document.createElement('p'), { className: 't-error', id: `${field.id}-error`, textContent: rule });
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', words.id);
    (field.parentNode === form ? form : field).after(words); // a form of one line has no room for them
  }
  $('[aria-invalid=true]', form)?.focus();
}
function unpoint(root) {
  for (const field of $$('[aria-invalid=true]', root)) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
    document.getElementById(`${field.id}-error`)?.remove();
  }
}
document.addEventListener('input', ({ target }) => target.form && target.matches('[aria-invalid=true]') && unpoint(target.parentNode));
/* One refusal a form: a newer one takes its place, and what is done takes it away. */
function refusalOf(entry) { return `refused:${entry.draft || entry.url}`; }
function formOf(entry) { return entry.draft && $$('form[data-draft]').find(form => form.dataset.draft === entry.draft) || null; }
/* The form of an act that was done: empty again and closed; unless somebody typed on while it was on its way. Gives
   whether its dialog was still open: then who sent it waits for the answer and has turned to nothing else. */
function settle(form, entry) {
  if (JSON.stringify(changes(form)) === JSON.stringify(entry.typed)) {
    const dialog = form.closest('dialog'), waited = Boolean(dialog?.open);
    empty(form);
    dialog?.close();
    return waited;
  }
  renew(form);
  notice(`rest:${entry.key}`, { text: `${entry.label}: ${texts.typed_later}`, actions: [{ text: common.understood, run: () => clear(`rest:${entry.key}`) }] });
  return false;
}
/* The answer came late: the card under the hand stays, and the way to the new one is offered until it is taken. */
function offer(answer, entry) {
  const id = `show:${entry.key}`;
  notice(id, { kind: 'ok', text: answer.text, actions: [
    { text: texts.open_card, run: () => { clear(id); card.choose(answer.show, { focus: true }); } },
    { text: common.understood, run: () => clear(id) },
  ] });
}
function empty(form) { unpoint(form); renew(form); drafts.forget(form); }
/* Cancelled: nothing typed is left, in the form or kept; for some seconds it can be had back. */
function discard(form) {
  const typed = changes(form), { draft } = form.dataset;
  empty(form);
  if (typed.length) window.tartip.toast(texts.discarded, () => {
    drafts.put(draft, typed);
    const again = formOf({ draft });
    if (!again) return;
    drafts.fill(again);
    window.tartip.open(again.closest('dialog'));
  });
}
/* The hand rests: nobody types, no dialog is open; only then may the focus move by itself. */
function idle() { return !$('dialog[open]') && !document.activeElement?.matches('input,textarea,select'); }
function renew(form) { form.elements.key.value = freshKey(); }
async function undo(answer) {
  const body = new URLSearchParams({ subject: answer.undo.url.split('/').at(-3), key: freshKey() });
  outbox.add({ key: body.get('key'), url: answer.undo.url, body: String(body), version: String(answer.undo.version), label: common.undo, lane: '' });
}
/* Show the record as it is now, with what was typed put back into its form. Until it stands there the old one is dead, and
   news cannot cut its way short; its dialog opens again only over the new record, and until then the refusal stays. */
async function look(entry) {
  entry.dialog ??= entry.draft && $(`dialog[open]:has(form[data-draft="${entry.draft}"])`)?.id; // still known at a second try
  for (const dialog of $$('dialog[open]')) dialog.close();
  const arrived = await card.choose(entry.lane, { outdated: true });
  if (!arrived) return;
  clear(refusalOf(entry));
  if (entry.dialog) window.tartip.open(document.getElementById(entry.dialog));
}
document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('form[data-send]')) return;
  event.preventDefault();
  const lane = form.dataset.lane ?? '', key = form.elements.key.value;
  if (form.closest('[inert]') || outbox.pending(lane) || outbox.entries.has(key)) { card.refuse(); return; }
  if (lacks(form)) return;
  const button = event.submitter ?? $('[type=submit]', form), typed = form.dataset.draft ? changes(form) : null;
  const body = new URLSearchParams(new FormData(form));
  body.delete('csrfmiddlewaretoken'); // the token of the moment goes in the header: it changes at each log-in
  const label = [form.dataset.codeOf ?? form.elements.address?.value, ($('[data-choice]', button) ?? $('span', button) ?? button).textContent.trim()].filter(Boolean).join(' · ');
  if (form.elements.unit) picked = null;
  card.heard();
  drafts.drop(form); // the outbox holds the words now, and gives them back if the act is refused
  outbox.add({
    key, url: form.getAttribute('action'), body: String(body), label, lane, typed, from: card.wanted,
    card: Boolean(form.closest('#card-body')), version: form.elements.version?.value ?? '', draft: form.dataset.draft ?? '', then: form.dataset.then ?? '',
  });
});
/* What is known to be missing is said before anything is sent: without network it would be refused only afterwards. */
function lacks(form) {
  const { unit, address, lon, lat, no_address: nowhere } = form.elements;
  if (unit && !unit.value) {
    const words = $('#assign-first');
    words.classList.remove('is-struck');
    void words.offsetWidth; // starts the animation anew
    words.classList.add('is-struck');
    $('.rec')?.focus();
    return true;
  }
  if (nowhere && !nowhere.checked && ![address, lon, lat].some(field => field.value.trim())) {
    point(form, { address: texts.say_where });
    return true;
  }
  return false;
}
document.addEventListener('close', () => { takeEarly(); card.lock(); card.settled(); }, true); // a dialog that closed: the card under it may be dead, or old

/* --- card */
card = new Card({
  over,
  pending: id => outbox.pending(id),
  chosen: id => mark(id),
  next(id) { const row = nextWaiting(id, dealt) ?? rows()[0]; if (row) go(row); },
  gone: words => $('#card dialog[open]') && notice('gone', { kind: 'danger', text: words, actions: [{ text: common.understood, run: () => clear('gone') }] }),
  arrived(id, kept) {
    drafts.restore($('#card-body'));
    keepChoice(id);
    window.tartip.tick();
    map.select('incident', id);
    if (!kept) history.replaceState(null, '', `?incident=${id}`);
  },
});

/* --- session or shift: over, the page stays as it is, with everything typed; the log-in and the shift are another tab */
function over() { shut('ended', texts.session_over, { text: texts.log_in, href: '/login/?next=/account/' }); }
function off(words) {
  shut('off', words, { text: texts.my_shift, href: '/account/' });
  card.fail(words);
}
function shut(state, text, way) {
  page.dataset.session = 'over';
  takeEarly();
  card?.heard();
  live?.state(state);
  live?.changed('any', 2000); // asks until somebody has logged in or begun the shift, in whichever tab
  notice('session', { kind: 'danger', text, actions: [way] });
}
function back() {
  if (page.dataset.session !== 'over') return;
  delete page.dataset.session;
  clear('session');
  outbox.flush();
  if (card.loading) card.choose(card.wanted);
}
for (const event of ['focus', 'online']) window.addEventListener(event, () => live.atOnce());
document.addEventListener('visibilitychange', () => document.hidden || live.atOnce());

/* --- live */
const names = JSON.parse($('#act-names').textContent);
live = new Live({
  over, off,
  board(fresh) {
    // Another person has logged in: nothing of theirs may be done from a page drawn for somebody else.
    if ($('#board', fresh)?.dataset.account !== account) return location.reload();
    back();
    put(fresh, card.wanted);
    window.tartip.tick();
    for (const id of dealt) if (document.getElementById(`row-${id}`)?.dataset.group !== 'waiting') dealt.delete(id);
    $('#stats').innerHTML = $('#stats', fresh).innerHTML;
    const alarms = $('#alarms', fresh);
    if (told($('#alarms')) !== told(alarms)) $('#alarms').replaceChildren(...alarms.childNodes);
    const handed = $('#handed', fresh);
    if (told($('#handed')) !== told(handed)) { $('#handed').replaceChildren(...handed.childNodes); drafts.restore($('#handed')); }
    $('#map-data').textContent = $('#map-data', fresh).textContent;
    map.update(data());
  },
  about(subjects) { if (subjects.has(card.shown) || subjects.has('any')) card.refresh(); },
  event(event) {
    const feed = $('#feed'), item = document.createElement('li');
    const time = Object.assign(document.createElement('time'), { textContent: clock.format(new Date()) });
    item.append(time, Object.assign(document.createElement('span'), { textContent: `${names[event.act] ?? event.act} · № ${event.index}` }));
    feed.prepend(item);
    while (feed.children.length > 5) feed.lastElementChild.remove();
  },
});
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'medium', hourCycle: 'h23', timeZone: page.dataset.zone });
/* Alarms without what is drawn anew each time (keys, tokens): they must not be read aloud twice. */
function told(box) {
  return $$('.t-alarm,.handed', box).map(alarm => [alarm.dataset.unit ?? alarm.dataset.handOver, $('[name=version]', alarm)?.value, alarm.textContent.replace(/\s+/g, ' ')]).join('\n');
}

/* --- hands: clicks, keys, filter, search */
function go(row, hand = true) {
  row.scrollIntoView({ block: 'nearest' });
  if (hand) row.focus({ preventScroll: true });
  return card.choose(row.dataset.id);
}
document.addEventListener('click', async event => {
  const row = event.target.closest('.inc, [data-show]');
  if (row && !event.ctrlKey && !event.metaKey) { event.preventDefault(); card.heard(); card.choose(row.dataset.id ?? row.dataset.show, { focus: true }); return; }
  const unit = event.target.closest('.rec');
  if (unit) { card.heard(); pick(unit); }
  if (event.target.closest('[data-refresh]')) card.choose(card.shown, { focus: true, outdated: true });
  const cancel = event.target.closest('[data-cancel]');
  if (cancel?.form.dataset.draft && !outbox.entries.has(cancel.form.elements.key.value)) discard(cancel.form);
  if (event.target.closest('[data-locate]')) { map.select('incident', card.shown); $('#map').scrollIntoView({ block: 'nearest' }); } // below 900 px the map stands above the card
  const tab = event.target.closest('[data-filter]');
  if (tab) { for (const one of $$('[data-filter]')) one.setAttribute('aria-pressed', String(one === tab)); filter(); }
  const load = event.target.closest('[data-load]');
  if (load) reveal(load);
});
async function reveal(button) {
  button.disabled = true;
  try {
    const place = button.parentNode, fresh = await fragment(button.dataset.load, undefined, button.dataset.purpose);
    place.replaceChildren(...fresh.body.childNodes);
  } catch (error) {
    button.disabled = false;
    if (error.over) over();
    notice('load', { kind: 'danger', text: error.message || texts.load_failed, actions: [{ text: common.understood, run: () => clear('load') }] });
  }
}
/* The unit somebody chose for the incident on the card: it outlives the card's refreshes. One that is not offered any more
   leaves nobody chosen: A must not send another unit than the one it was pressed for. */
let picked = null;
function keepChoice(id) {
  if (picked?.incident !== id) { picked = null; return; }
  const again = $$('.rec').find(one => one.dataset.unit === picked.unit);
  if (again) pick(again); else unpick();
}
function unpick() {
  picked = null;
  for (const one of $$('.rec')) one.setAttribute('aria-pressed', 'false');
  const button = $('#assign');
  if (!button) return;
  $('[data-choice]', button).textContent = button.dataset.none;
  button.form.elements.unit.value = '';
  button.classList.remove('t-btn--primary');
  button.setAttribute('aria-describedby', 'assign-first');
  $('#assign-first').hidden = false;
}
function pick(unit) {
  picked = { incident: card.shown, unit: unit.dataset.unit };
  for (const one of $$('.rec')) one.setAttribute('aria-pressed', String(one === unit));
  const button = $('#assign');
  if (!button) return;
  $('[data-choice]', button).textContent = unit.dataset.label;
  button.form.elements.unit.value = unit.dataset.unit;
  button.classList.toggle('t-btn--primary', button.dataset.code === 'KeyA');
  button.removeAttribute('aria-describedby');
  $('#assign-first')?.setAttribute('hidden', '');
}
/* The keys of the card's acts. Pressed while the card loads or an act is on its way they do nothing, and that is said. */
const CARD_KEYS = new Set(['KeyA', 'KeyS', 'KeyD', 'KeyR', 'KeyF', 'KeyX', 'KeyL', 'KeyH', 'KeyT', 'KeyM', 'Digit1', 'Digit2', 'Digit3']);
let early = ''; // one that was pressed over the dialog whose form is on its way; the card that follows says it again
document.addEventListener('keydown', event => {
  if (page.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches('input,select,textarea')) return;
  const dialog = $('dialog[open]');
  if (CARD_KEYS.has(event.code)) { if (!event.repeat) pressed(event, dialog); return; }
  const by = { KeyJ: 1, KeyK: -1 }[event.code];
  if (!by || dialog) return;
  event.preventDefault();
  const next = neighbour(card.wanted, by);
  if (next && next.dataset.id !== card.wanted) { card.heard(); go(next); }
}, true); // before the key does what it does
function pressed(event, dialog) {
  const sent = dialog && $$('form[data-send]', dialog).some(form => outbox.entries.has(form.elements.key.value));
  if (dialog && !sent) return;
  if (!dialog && !card.dead) { card.heard(); return; }
  event.preventDefault();
  event.stopPropagation();
  if (!dialog) { card.refuse(event.code); return; }
  early = event.code; // the line of the card is out of reach behind the dialog
  clear('early');
  notice('early', { text: keyed(texts.wait_sending, early) });
}
function takeEarly() {
  clear('early');
  const key = early;
  early = '';
  return key;
}
const search = $('#search');
search.addEventListener('input', filter);
/* Enter or the arrow down opens the first that was found, Escape gives the whole queue back. */
search.addEventListener('keydown', event => {
  if (event.isComposing || !['Enter', 'ArrowDown', 'Escape'].includes(event.key)) return;
  event.preventDefault();
  if (event.key === 'Escape') { search.value = ''; filter(); }
  const row = event.key === 'Escape' ? rows().find(one => one.dataset.id === card.wanted) : rows().find(one => !one.hidden);
  if (!row) { if (event.key === 'Escape') search.blur(); return; }
  card.heard();
  if (row.dataset.id === card.wanted) row.focus(); else go(row);
});

drafts.restore();
if (drafts.kept($('#new-call-form') ?? document.createElement('form'))) window.tartip.open($('#new-call'));
