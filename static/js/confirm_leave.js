// A form with data-confirm-leave asks before changed, unsent entries are lost; data-unsent tells that it came back
// from the server with entries that are not saved.
(function () {
  "use strict";
  let changed = document.querySelector("form[data-confirm-leave][data-unsent]") !== null;
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
