// A form with data-confirm-leave asks before changed, unsent entries are lost.
(function () {
  "use strict";
  let changed = false;
  document.addEventListener("input", function (event) {
    if (event.target.closest("form[data-confirm-leave]")) changed = true;
  });
  document.addEventListener("submit", function () {
    changed = false;
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed) event.preventDefault();
  });
})();
