// A form with data-submit-once is sent once: the buttons rest until the answer comes.
// The one-time key in the form is what guarantees it; this only keeps the second click from being made.
(function () {
  "use strict";
  const RESTING = "is-sending";

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-submit-once]") || event.defaultPrevented) return;
    if (form.classList.contains(RESTING)) {
      event.preventDefault();
      return;
    }
    form.classList.add(RESTING);
    // Disable after the browser has collected the values, or the pressed button's own value is lost.
    setTimeout(function () {
      form.querySelectorAll("button[type=submit]").forEach(function (button) {
        button.disabled = true;
      });
    }, 0);
  });

  // Back from the next page: the form is usable again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form." + RESTING).forEach(function (form) {
      form.classList.remove(RESTING);
      form.querySelectorAll("button[type=submit]").forEach(function (button) {
        button.disabled = false;
      });
    });
  });
})();
