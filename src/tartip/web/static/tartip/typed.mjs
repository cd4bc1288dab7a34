/* Tártip · what is typed into a form[data-draft] of a page stands there until its act was done: again after the end of
   the session and a new log-in, a refusal, a lost network and Back, another language. Kept for this tab and this person
   only (drafts.mjs). The page names the person and what was done: web/templates/ui/drafts.html.

   These forms are drawn empty, or with what was sent: nothing of them is the record's, so all of it is kept. */
import { Drafts } from './drafts.mjs';

const ticked = field => /^(checkbox|radio)$/.test(field.type);
const fields = form => [...form.elements].filter(field => field.name && field.matches('input:not([type=hidden],[type=file]),select,textarea'));
const typed = form => fields(form).filter(field => ticked(field) ? field.checked : field.value).map(field => [field.name, field.value]);

class Typed extends Drafts {
  keep(form) {
    const now = typed(form);
    if (now.length) this.put(form.dataset.draft, now);
    else this.drop(form);
  }
  end(id) { this.drop({ dataset: { draft: id } }); }
  /* Put what was kept into the form; true where that changed something. */
  fill(form) {
    const kept = this.kept(form) ?? [], before = JSON.stringify(typed(form));
    for (const field of fields(form)) for (const [name, value] of kept) if (field.name === name) {
      if (ticked(field)) field.checked ||= field.value === value;
      else if (!field.options || [...field.options].some(option => option.value === value)) field.value = value;
      for (let box = field.closest('details'); box; box = box.parentElement.closest('details')) box.open ||= kept.length > 0;
    }
    const changed = JSON.stringify(typed(form)) !== before;
    if (changed) form.dispatchEvent(new Event('change'));
    return changed;
  }
  say(form) {
    if (form.querySelector('[data-restored]')) return;
    const note = Object.assign(document.createElement('p'), { className: 'sm soft', textContent: page.dataset.restored, role: 'status' });
    note.dataset.restored = '';
    (form.querySelector('.t-dialog__body') ?? form).prepend(note);
  }
}

const page = document.querySelector('meta[name=drafts]'), drafts = new Typed(page.content), SENT = { dataset: { draft: 'sent' } };
const done = [...document.querySelectorAll('[data-done]')].map(({ dataset }) => dataset.done), sent = drafts.kept(SENT);
for (const id of done) drafts.end(id);
drafts.drop(SENT);

for (const form of document.querySelectorAll('form[data-draft]')) {
  const restored = drafts.fill(form);
  if (restored) drafts.say(form);
  /* What was chosen among the answers of a search is there when they are. */
  const search = form.querySelector('[hx-get]');
  if (restored && search?.value)
    window.htmx?.ajax('GET', `${search.getAttribute('hx-get')}?${new URLSearchParams({ [search.name]: search.value })}`, { target: search.getAttribute('hx-target'), swap: 'innerHTML' })
      .then(() => drafts.fill(form)).catch(() => {});
  /* It was sent and nobody said that it was done: it is open again. */
  const dialog = form.closest('dialog');
  if (restored && dialog && !dialog.open && sent === form.dataset.draft) dialog.showModal();
}
document.addEventListener('submit', ({ target }) => {
  if (!target.dataset.draft) return;
  drafts.keep(target);
  drafts.put('sent', target.dataset.draft);
});
document.addEventListener('click', ({ target }) => {
  const form = target.closest('.t-dialog__foot [data-close]')?.form;
  if (!form?.dataset.draft) return;
  form.reset();
  drafts.drop(form);
  form.querySelector('[data-restored]')?.remove();
});
