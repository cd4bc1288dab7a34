/* Tártip · drafts: what is typed into a form[data-draft] is kept at every stroke, and is there again after a reload or
   the end of a session. Kept for this tab and this account only; another person at the same desk does not see it.

   Only what a person changed is kept and put back. A field the record filled belongs to the record: put back into a newer
   form it would undo what somebody else did. Fields inside [data-together] are one value, as a position is. */

const OURS = new Set(['csrfmiddlewaretoken', 'subject', 'version', 'key', 'second']);
const storage = () => { try { return window.sessionStorage; } catch { return undefined; } };

export class Drafts {
  constructor(account) {
    this.prefix = `tartip:${account}:draft:`;
    for (const name of Object.keys(storage() ?? {}))
      if (/^tartip:.*:draft:/.test(name) && !name.startsWith(this.prefix)) storage().removeItem(name);
    for (const event of ['input', 'change'])
      document.addEventListener(event, ({ target }) => target.form?.dataset.draft && this.keep(target.form));
  }
  name(form) { return this.prefix + form.dataset.draft; }
  keep(form) {
    const typed = changes(form);
    if (typed.length) this.put(form.dataset.draft, typed);
    else this.drop(form);
  }
  put(id, typed) { try { storage()?.setItem(this.prefix + id, JSON.stringify(typed)); } catch { /* full: what is typed still stands in the form */ } }
  drop(form) { storage()?.removeItem(this.name(form)); }
  kept(form) { try { return JSON.parse(storage()?.getItem(this.name(form)) ?? 'null'); } catch { return null; } }
  /* Fill the forms under `root` with their drafts; gives the forms that differ from the record by it, and says so in them. */
  restore(root = document) { return [...root.querySelectorAll('form[data-draft]')].filter(form => this.fill(form)); }
  fill(form) {
    const typed = this.kept(form);
    if (typed) { fill(form, typed); this.keep(form); }
    const names = typed ? changed(form).map(field => field.labels?.[0]?.textContent.trim()).filter(Boolean) : [];
    this.mark(form, [...new Set(names)].join(', '));
    return names.length > 0;
  }
  mark(form, names) {
    const mark = form.querySelector('[data-restored]');
    if (!mark) return;
    mark.hidden = !names;
    mark.querySelector('[data-restored-fields]').textContent = names;
  }
  /* The form as it was drawn, and nothing kept of what was typed into it. */
  forget(form) { form.reset(); this.drop(form); this.mark(form, ''); }
}
const ticked = field => /^(checkbox|radio)$/.test(field.type);
const now = field => ticked(field) ? field.checked : field.value;
function drawn(field) {
  if (ticked(field)) return field.defaultChecked;
  if (field.options) return ([...field.options].find(option => option.defaultSelected) ?? field.options[0])?.value ?? '';
  return field.defaultValue;
}
function changed(form) {
  const fields = [...form.elements].filter(field => field.matches('input:not([type=hidden],[type=file]),select,textarea') && field.name && !OURS.has(field.name));
  const differ = new Set(fields.filter(field => now(field) !== drawn(field)));
  const boxes = new Set([...differ].map(field => field.closest('[data-together]')).filter(Boolean));
  return fields.filter(field => differ.has(field) || boxes.has(field.closest('[data-together]')));
}
/* What a person changed in the form, as [name, value]. */
export const changes = form => changed(form).filter(field => field.type !== 'radio' || field.checked).map(field => [field.name, field.type === 'radio' ? field.value : now(field)]);
export const untouched = form => !changed(form).length;
export function fill(form, typed) {
  for (const [name, value] of typed) {
    const field = form.elements[name];
    if (!field || OURS.has(name)) continue;
    if (field.type === 'checkbox') field.checked = Boolean(value);
    else if (!field.options || [...field.options].some(option => option.value === value)) field.value = value;
  }
}
