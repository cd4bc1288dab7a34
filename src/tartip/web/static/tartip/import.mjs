/* Tártip · the import of a file. The server keeps no file between the steps, so the page posts it with each of them:
   the answer takes the place of the step, and the chosen file stays in the new form. Without this script the browser
   asks for the file again. */

const place = () => document.getElementById('import');

const keep = (file) => {
  const input = place().querySelector('input[type=file]');
  if (!file || !input) return;
  const carried = new DataTransfer();
  carried.items.add(file);
  input.files = carried.files;
  const name = place().querySelector('[data-file-name]');
  if (name) name.textContent = file.name;
};

const show = (html, file) => {
  const answer = new DOMParser().parseFromString(html, 'text/html').getElementById('import');
  if (!answer) return false;
  place().replaceWith(answer);
  keep(file);
  const first = answer.querySelector('[role=alert], [aria-current=step]');
  first?.setAttribute('tabindex', '-1');
  first?.focus();
  return true;
};

document.addEventListener('submit', async (event) => {
  const form = event.target;
  // A download goes the browser's own way.
  if (!form.matches('[data-import]') || event.submitter?.value === 'wrong') return;
  event.preventDefault();
  const said = new FormData(form, event.submitter);
  const file = form.querySelector('input[type=file]').files[0];
  const buttons = form.querySelectorAll('button');
  form.setAttribute('aria-busy', 'true');
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(location.href, { method: 'POST', body: said, credentials: 'same-origin' });
    if (answer.redirected) location.assign(answer.url);
    else if (!show(await answer.text(), file)) location.reload();
  } catch {
    // The network is gone, or the server refused the size before it read the file.
    for (const button of buttons) button.disabled = false;
    form.removeAttribute('aria-busy');
    form.querySelector('[data-lost]')?.removeAttribute('hidden');
  }
});
