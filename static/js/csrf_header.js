// htmx requests that write carry the CSRF token of the page's own forms.
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", function (event) {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = field.value;
  });
})();
