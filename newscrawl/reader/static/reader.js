"use strict";
// Keys: j and k go through the entries, / to the search field, h to the history, ? shows the list.
(() => {
  const links = () => [...document.querySelectorAll("main .entry :is(h2, h3, h4) a, main tr.entry a:first-of-type, main .change a.to")]
    .filter(link => link.checkVisibility());
  const step = by => {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", event => {
    const target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    const keys = document.getElementById("keys");
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") document.getElementById("q").focus();
    else if (event.key === "h") document.querySelector("[data-key=h]")?.click();
    else if (event.key === "?") keys.open ? keys.close() : keys.showModal();
    else return;
    event.preventDefault();
  });
})();
