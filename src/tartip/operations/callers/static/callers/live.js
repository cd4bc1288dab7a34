// The caller's receipt asks for its steps every 15 seconds, and at once when the page is looked at again.
// 304: nothing changed, and nothing is drawn.
"use strict";
(() => {
  const place = document.querySelector("[data-live]");
  const lost = document.querySelector("[data-lost]");
  if (!place) return;
  const USUAL = 15000;
  let tag = "";
  let wait = USUAL;
  let timer = 0;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }
  async function ask() {
    if (place.querySelector("[data-over]")) return;
    if (document.hidden) return later();
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(place.dataset.live, { headers, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        const text = await answer.text();
        if (text.trim() !== place.innerHTML.trim()) place.innerHTML = text;
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      lost.hidden = true;
      wait = USUAL;
    } catch {
      lost.hidden = false;
      wait = Math.min(wait * 2, 120000); // many pages at once must not keep a server down that comes back
    }
    later();
  }
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  later();
})();
