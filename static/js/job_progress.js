// A fragment with data-job-url is fetched again every two seconds until it comes back without one.
(function () {
  "use strict";
  const PAUSE = 2000;
  const PAUSE_AFTER_FAILURE = 8000;

  function watch(section) {
    const url = section.dataset.jobUrl;
    if (!url) return;
    setTimeout(function () {
      fetch(url, { headers: { "X-Requested-With": "fetch", "HX-Request": "true" }, credentials: "same-origin" })
        .then(function (response) {
          if (!response.ok) throw new Error(String(response.status));
          return response.text();
        })
        .then(function (html) {
          const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-job]");
          if (!fresh) throw new Error("no fragment");
          const adopted = document.adoptNode(fresh);
          section.replaceWith(adopted);
          watch(adopted);
        })
        .catch(function () {
          setTimeout(function () {
            watch(section);
          }, PAUSE_AFTER_FAILURE);
        });
    }, PAUSE);
  }

  document.querySelectorAll("[data-job]").forEach(watch);
})();
