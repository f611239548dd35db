// The search box of the top bar: "/" leads to it, the arrows walk through the suggestions, Escape and leaving put them away.
(function () {
  "use strict";
  const box = document.querySelector("[data-search-box]");
  if (!box) return;
  const input = box.querySelector("input[type=search]");
  const hits = box.querySelector(".topbar-hits");

  function clear() {
    hits.replaceChildren();
  }

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  box.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && hits.firstElementChild) {
      event.preventDefault(); // the first one leaves what was typed
      clear();
      input.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input].concat(Array.from(hits.querySelectorAll("a")));
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  box.addEventListener("focusout", function (event) {
    if (!box.contains(event.relatedTarget)) clear();
  });

  // An answer that comes after the box was left, or emptied, is not wanted any more.
  hits.addEventListener("htmx:beforeSwap", function (event) {
    if (!box.contains(document.activeElement) || !input.value.trim()) {
      event.detail.shouldSwap = false;
      clear();
    }
  });
})();
