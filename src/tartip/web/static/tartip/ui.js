/* Tártip · small behaviours of the components. A classic script, loaded with `defer` on every page.
   Words come from the JSON block #ui-texts, so that Kazakh, Russian and English all work.
   Styles are set through the object model, which a strict content-security policy allows.
   `?still` freezes clocks for screenshots and tests. */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const texts = JSON.parse($('#ui-texts')?.textContent || '{}');
  const root = document.documentElement;
  const frozen = new URLSearchParams(location.search).has('still');

  /* --- clocks: data-left and data-total in seconds, negative = breached. The server says how much is left; the
     browser only counts from there, by a clock that does not stop in a background tab. */
  const two = n => String(n).padStart(2, '0');
  const digits = seconds => {
    const all = Math.abs(Math.trunc(seconds)), hours = Math.floor(all / 3600);
    return (hours ? hours + ':' + two(Math.floor(all % 3600 / 60)) : two(Math.floor(all / 60))) + ':' + two(all % 60);
  };
  const started = new WeakMap(); // element → {said: the attribute as the server sent it, at: when it was seen}
  const passed = (element, said) => {
    let start = started.get(element);
    if (!start || start.said !== said) started.set(element, start = { said, at: performance.now() });
    return frozen ? 0 : Math.floor((performance.now() - start.at) / 1000);
  };
  /* Two clocks of one term (data-due) were drawn at two moments: both go by the earliest end that was ever said. */
  const ends = new Map();
  function remaining({ dataset: { left, due } }, gone) {
    if (!due || frozen) return +left - gone;
    const now = performance.now() / 1000, end = now + +left - gone;
    ends.set(due, Math.min(end, ends.get(due) ?? end));
    return Math.ceil(ends.get(due) - now);
  }
  function tick() {
    for (const clock of $$('.t-clock[data-left]')) {
      const said = clock.dataset.left, left = remaining(clock, passed(clock, said)), total = +clock.dataset.total || 600;
      const shown = (left < 0 ? '−' : '') + digits(left), number = $('b', clock), word = $('small', clock);
      if (number.textContent !== shown) number.textContent = shown;
      clock.style.setProperty('--pct', Math.max(0, Math.min(100, left / total * 100)));
      clock.classList.toggle('t-clock--soon', left >= 0 && left / total < .25);
      clock.classList.toggle('t-clock--breached', left < 0);
      if (word && clock.dataset.words !== 'keep') {
        const text = left < 0 ? texts.overdue : texts.left;
        if (text && word.textContent !== text) word.textContent = text;
      }
    }
    for (const age of $$('[data-age]')) age.textContent = digits(+age.dataset.age + passed(age, age.dataset.age));
  }
  tick();
  setInterval(tick, 1000);

  /* --- toast: six seconds, with an undo when the act can be undone (undo = address that undoes it, or a function) */
  function toast(message, undo) {
    const box = $('.t-toasts');
    if (!box || !message) return;
    const node = Object.assign(document.createElement('div'), { className: 't-toast' });
    node.append(Object.assign(document.createElement('span'), { textContent: message }));
    if (undo !== undefined) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: texts.undo });
      button.addEventListener('click', () => {
        node.remove();
        if (typeof undo === 'function') return undo();
        if (undo && window.htmx) window.htmx.ajax('POST', undo, { source: document.body, swap: 'none' });
        toast(texts.undone);
      });
      node.append(button);
    }
    box.append(node);
    setTimeout(() => node.remove(), 6000);
  }
  /* --- dialogs: the first field has the focus, not the cross that closes it */
  function open(dialog) {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    if ($('[autofocus]', dialog)) return;
    const first = $('form :is(input:not([type=hidden]),select,textarea):not(:disabled)', dialog);
    // Of radios the chosen one: on another, Space or an arrow would change what was chosen.
    const chosen = first?.type === 'radio' && $(`form input[name="${CSS.escape(first.name)}"]:checked:not(:disabled)`, dialog) || first;
    const fold = chosen?.closest('details:not([open])');
    if (fold) fold.open = true;
    chosen?.focus();
  }
  window.tartip = { toast, texts, digits, open, tick };
  document.addEventListener('toast', event => toast(event.detail.text, event.detail.undo)); // HX-Trigger: {"toast": …}

  /* --- what a person chose stays: theme and single keys, in a cookie, so that the first paint is already right */
  const keep = (name, value) => {
    document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax${location.protocol === 'https:' ? ';secure' : ''}`;
    try { localStorage.setItem(name, value); } catch { /* storage may be switched off; the cookie is enough */ }
  };
  function toggleTheme() {
    root.dataset.theme = root.dataset.theme === 'night' ? 'light' : 'night';
    keep('theme', root.dataset.theme);
    document.dispatchEvent(new CustomEvent('tartip:theme', { detail: root.dataset.theme }));
  }
  function toggleKeys(button) {
    const on = document.body.dataset.keys === 'off';
    document.body.dataset.keys = on ? 'on' : 'off';
    keep('keys', document.body.dataset.keys);
    button.setAttribute('aria-pressed', String(on));
  }

  /* --- clicks: one listener, behaviour by attribute */
  document.addEventListener('click', event => {
    const button = event.target.closest('button,a');
    if (!button) return;
    const data = button.dataset;
    if (data.toast) toast(data.toast, data.undo);
    if (data.open) open(document.getElementById(data.open));
    if ('close' in data) button.closest('dialog')?.close();
    if ('themeToggle' in data) toggleTheme();
    if ('keysToggle' in data) toggleKeys(button);
    if ('print' in data) window.print();
    if (button.matches('.t-seg>button[aria-pressed]:not([type=submit])'))
      for (const other of $$(':scope>button', button.parentNode)) other.setAttribute('aria-pressed', String(other === button));
    if (button.matches('[role=tab]')) selectTab(button);
    if (button.matches('.t-sort')) sort(button);
  });

  function selectTab(tab) {
    for (const other of $$('[role=tab]', tab.parentNode)) {
      const on = other === tab, panel = document.getElementById(other.getAttribute('aria-controls'));
      other.setAttribute('aria-selected', String(on));
      other.tabIndex = on ? 0 : -1;
      if (panel) panel.hidden = !on;
    }
  }

  /* --- keys: by the PHYSICAL key, the same in Kazakh, Russian and Latin layouts; can be switched off (WCAG 2.1.4).
     Function keys always work: while typing, in a dialog, with single keys off. */
  const typing = 'input:not([type=radio],[type=checkbox],[type=submit],[type=button]),textarea,select,[contenteditable=true]';
  document.addEventListener('keydown', event => {
    const here = event.target;
    if (here.matches?.('[role=tab]') && /^Arrow(Left|Right)$/.test(event.code)) {
      const tabs = $$('[role=tab]', here.parentNode), step = event.code === 'ArrowRight' ? 1 : tabs.length - 1;
      const next = tabs[(tabs.indexOf(here) + step) % tabs.length];
      next.focus();
      next.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const always = /^F\d+$/.test(event.code);
    if (!always && (document.body.dataset.keys === 'off' || here.matches?.(typing) || $('dialog[open]'))) return;
    if (event.code === 'Space' && here.matches?.('button,a,summary,input')) return; // Space belongs to the focused control
    if (event.code === 'Slash' && event.shiftKey) {
      const help = document.getElementById('keys');
      if (help) { event.preventDefault(); help.showModal(); }
      return;
    }
    if (event.repeat && !('repeat' in document.body.dataset)) { /* a held key must not send twice */
      if ($$(`[data-code="${event.code}"]`).length) event.preventDefault();
      return;
    }
    const target = $$(`[data-code="${event.code}"]`).find(element => element.getClientRects().length && !element.disabled);
    if (!target) return;
    event.preventDefault();
    if (target.closest('[inert]')) return; // the page says why
    if (target.matches(typing)) target.focus(); else target.click();
  });

  /* --- tables: data-v on a cell gives the value to sort by; without it the text */
  function sort(button) {
    const head = button.closest('th'), row = head.parentNode, body = head.closest('table').tBodies[0];
    const column = [...row.children].indexOf(head), was = head.getAttribute('aria-sort');
    const value = line => {
      const cell = line.children[column], raw = cell.dataset.v ?? cell.textContent;
      const number = parseFloat(raw.replace(/[^\d,.−-]/g, '').replace('−', '-').replace(',', '.'));
      return Number.isNaN(number) || /\p{L}{3}/u.test(raw) ? raw.trim() : number;
    };
    const numbers = body.rows.length > 0 && typeof value(body.rows[0]) === 'number';
    const way = was ? (was === 'descending' ? 'ascending' : 'descending') : numbers ? 'descending' : 'ascending';
    for (const other of row.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', way);
    const words = new Intl.Collator(root.lang || 'kk');
    const order = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b));
    body.append(...[...body.rows].sort((a, b) => order(value(a), value(b)) * (way === 'ascending' ? 1 : -1)));
  }

  /* --- htmx: a part somebody is working in ([data-hold]) is never swapped under the hand by somebody else's news. It is
     marked data-stale instead, and its .t-stale note offers the update. An answer to its own request is let through. */
  document.addEventListener('htmx:before:swap', event => {
    const { ctx, tasks } = event.detail;
    for (const task of [...tasks]) {
      const part = task.target;
      if (!(part instanceof Element) || !part.matches('[data-hold]') || part.contains(ctx.sourceElement)) continue;
      if (!part.contains(document.activeElement)) continue;
      tasks.splice(tasks.indexOf(task), 1);
      part.dataset.stale = '';
    }
  });
  /* --- htmx: what is chosen in a list of answers ([data-keep-choice]) stays chosen when other answers take their place,
     however late they come; one that is not among them stands above them. */
  const choices = new Map(); // list → the choice that was made in it, and whether the hand is on it
  document.addEventListener('htmx:before:swap', ({ detail: { tasks } }) => {
    for (const { target } of tasks) {
      const chosen = target instanceof Element && target.matches('[data-keep-choice]') && $('input:checked', target);
      if (chosen) choices.set(target, { chosen, held: chosen === document.activeElement });
    }
  });
  document.addEventListener('htmx:after:swap', () => {
    for (const [list, { chosen, held }] of choices) {
      let again = $$('input', list).find(one => one.name === chosen.name && one.value === chosen.value);
      if (!again) list.prepend((again = chosen).closest('label'));
      again.checked = true;
      if (held) again.focus({ preventScroll: true });
    }
    choices.clear();
  });
  document.addEventListener('htmx:after:swap', () => {
    tick(); // new clocks show the right state at once
    const heading = $('[data-focus]'); // the heading of the new part, tabindex="-1"
    if (heading) { heading.removeAttribute('data-focus'); heading.focus(); }
  });

  /* --- what is wrong with a field is said in the language of the page, not of the browser */
  const shown = text => text.replace(/^(\d{4})-(\d\d)-(\d\d)(T.*)?$/, '$3.$2.$1');
  function wrongWords(field) {
    const v = field.validity, put = text => text?.replace('{min}', shown(field.min)).replace('{max}', shown(field.max));
    if (v.valueMissing) return field.type === 'checkbox' ? texts.tick : field.matches('select,[type=radio]') ? texts.choose : texts.fill_in;
    if (v.tooShort) return texts.too_short?.replace('{n}', field.minLength);
    if (v.tooLong) return texts.too_long?.replace('{n}', field.maxLength);
    if (v.rangeUnderflow || v.rangeOverflow) return put(field.min && field.max ? texts.between : field.min ? texts.from : texts.to);
    if (v.badInput) return field.type === 'number' ? texts.a_number : texts.a_date;
    if (v.stepMismatch) return texts.whole;
    if (v.patternMismatch) return field.title || texts.pattern;
    return v.typeMismatch ? texts.pattern : '';
  }
  document.addEventListener('invalid', ({ target }) => {
    target.setCustomValidity('');
    target.setCustomValidity(wrongWords(target) || '');
  }, true);
  // A radio that is chosen mends the others too: each press is judged anew.
  document.addEventListener('click', ({ target }) => {
    for (const field of target.closest('button:not([type=button])')?.form?.elements ?? []) field.setCustomValidity?.('');
  }, true);
  for (const event of ['input', 'change']) document.addEventListener(event, ({ target }) => target.setCustomValidity?.(''));

  /* --- a form whose one question has no answer yet cannot be sent: <form data-choice="name of the radios"> */
  for (const form of $$('form[data-choice]')) {
    const update = () => { $('[type=submit]', form).disabled = !$(`[name="${form.dataset.choice}"]:checked`, form); };
    form.addEventListener('change', update);
    update();
  }
  /* --- a choice that narrows a list: <input type="radio" data-offers="a b">, <select data-offered-by="name of the radios"> */
  for (const list of $$('select[data-offered-by]')) {
    const update = () => {
      const offered = $(`[name="${list.dataset.offeredBy}"]:checked`, list.form)?.dataset.offers?.split(' ');
      for (const option of list.options) option.hidden = option.disabled = !!(offered && option.value && !offered.includes(option.value));
      if (list.selectedOptions[0]?.disabled) list.value = '';
    };
    list.form.addEventListener('change', update);
    update();
  }
  open(document.getElementById($('[data-reopen]')?.dataset.reopen)); // refused: its dialog stays open

  /* --- a paper that is not sealed yet ([data-unsealed] in [data-paper]) is asked for again until it is, for about a
     minute; then its words say that it takes longer. Only the paper is put anew: what is typed beside it stays. */
  function untilSealed([pause, ...more]) {
    const waiting = $('[data-unsealed]');
    if (!waiting || frozen) return;
    if (!pause) { waiting.textContent = waiting.dataset.unsealed; return; }
    setTimeout(async () => {
      try {
        const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
        const here = $('[data-paper]'), fresh = $('[data-paper]', page), code = '.t-receipt__code';
        if (fresh && !$('[data-unsealed]', fresh) && $(code, fresh).textContent === $(code, here).textContent) return here.replaceWith(fresh);
      } catch { /* no network: asked again */ }
      untilSealed(more);
    }, pause * 1000);
  }
  untilSealed([1, 1, 2, 3, 5, 8, 15, 30]);

  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted?.matches('dialog')) open(wanted);
  if (wanted?.matches('[role=tab]')) selectTab(wanted);
})();
