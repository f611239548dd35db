// An input with data-photo-input shows the chosen picture in [data-photo-preview] before it is sent.
(function () {
  "use strict";
  const box = document.querySelector("[data-photo-preview]");
  const input = document.querySelector("[data-photo-input]");
  if (!box || !input) return;
  const image = box.querySelector("img");

  input.addEventListener("change", function () {
    if (image.src) URL.revokeObjectURL(image.src);
    const file = input.files[0];
    const isPicture = Boolean(file) && file.type.indexOf("image/") === 0;
    if (isPicture) image.src = URL.createObjectURL(file);
    box.hidden = !isPicture;
  });
})();
