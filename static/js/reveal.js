// Shows a masked number on request (POST, so that the server logs it) and hides it again after 30 seconds.
// A field with data-reveal-reason on the page must be filled in first; its value goes along as the reason.
(function () {
  "use strict";
  const SHOWN_FOR = 30000;

  function reveal(button) {
    const box = button.closest("[data-reveal]");
    const value = box.querySelector("[data-reveal-value]");
    const text = button.querySelector("[data-reveal-text]");
    const reason = document.querySelector("[data-reveal-reason]");
    if (box.classList.contains("is-revealed")) return;
    if (reason && !reason.value.trim()) {
      reason.focus();
      text.textContent = "请先选查看原因";
      return;
    }
    button.disabled = true;
    fetch(button.dataset.revealUrl, {
      method: "POST",
      headers: { "X-CSRFToken": button.dataset.revealToken, "X-Requested-With": "fetch" },
      body: new URLSearchParams({ reason: reason ? reason.value : "" }),
      credentials: "same-origin",
    })
      .then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.text();
      })
      .then(function (shown) {
        const hidden = value.textContent;
        value.textContent = shown.trim();
        box.classList.add("is-revealed");
        text.textContent = "30 秒后隐藏";
        setTimeout(function () {
          value.textContent = hidden;
          box.classList.remove("is-revealed");
          text.textContent = "显示";
          button.disabled = false;
        }, SHOWN_FOR);
      })
      .catch(function () {
        text.textContent = "没能显示，请再试";
        button.disabled = false;
      });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-reveal-url]");
    if (button) reveal(button);
  });
})();
