/* Tártip · lasting notices: what a person must know stays until it is settled or read. A toast is for good news only.

   One list for the page. While a modal dialog is open the list stands inside it, because the rest cannot be reached. */

const list = Object.assign(document.createElement('div'), { className: 't-notices', id: 'notices' });
list.setAttribute('role', 'status');
list.setAttribute('aria-live', 'polite');

function place() {
  const dialogs = document.querySelectorAll('dialog[open]');
  const host = dialogs.length ? dialogs[dialogs.length - 1] : document.body;
  if (list.parentNode !== host) host.append(list);
}
// Also when the dialog it stands in leaves the page, open as it is: with the part of the page it belongs to.
new MutationObserver(place).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['open'] });
place();

/* Show a notice, or change the one with this id. actions: [{ text, run }] or [{ text, href }] (opens a new tab). */
export function notice(id, { text, kind = 'warn', actions = [] }) {
  const node = Object.assign(document.createElement('div'), { className: `t-note t-note--${kind}` });
  node.dataset.notice = id;
  node.append(Object.assign(document.createElement('p'), { className: 'grow', textContent: text }));
  for (const { text: words, run, href } of actions) {
    const button = document.createElement(href ? 'a' : 'button');
    button.className = 't-btn t-btn--sm';
    button.textContent = words;
    if (href) Object.assign(button, { href, target: '_blank', rel: 'noopener' });
    else { button.type = 'button'; button.addEventListener('click', run); }
    node.append(button);
  }
  const old = find(id);
  if (!old) list.append(node);
  else if (old.textContent !== node.textContent) old.replaceWith(node);
  place();
}
export const find = id => [...list.children].find(node => node.dataset.notice === id);
export const clear = id => find(id)?.remove();
