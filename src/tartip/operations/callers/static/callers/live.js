// The caller's receipt asks for its steps every 15 seconds while it is looked at. 304: nothing changed, nothing is drawn.
"use strict";
(() => {
  const place = document.querySelector("[data-live]");
  const lost = document.querySelector("[data-lost]");
  if (!place) return;
  let tag = "";
  let wait = 15000;
  const again = () => setTimeout(ask, wait);
  async function ask() {
    if (place.querySelector("[data-over]")) return;
    if (document.hidden) return again();
    try {
      const answer = await fetch(place.dataset.live, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        const text = await answer.text();
        if (text.trim() !== place.innerHTML.trim()) place.innerHTML = text;
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      lost.hidden = true;
      wait = 15000;
    } catch {
      lost.hidden = false;
      wait = Math.min(wait * 2, 120000); // many pages at once must not keep a server down that comes back
    }
    again();
  }
  again();
})();
