// Signing with a finger. Needs vendor/signature_pad.umd.min.js before it.
//   <div data-signature>  <canvas></canvas>
//     <button type="button" data-signature-clear>…</button>  <p data-signature-hint>…</p>
//     <input type="hidden" name="…" data-signature-value>    (PNG data URL, empty while nothing is drawn)
//     <input type="file" accept="image/*" capture="environment" data-signature-photo>  (fingerprint photo instead)
//   </div>
(function () {
  "use strict";

  function prepare(box) {
    const canvas = box.querySelector("canvas");
    const value = box.querySelector("[data-signature-value]");
    const hint = box.querySelector("[data-signature-hint]");
    const photo = box.querySelector("[data-signature-photo]");
    const pad = new window.SignaturePad(canvas, { penColor: "#1b1b1b", minWidth: 1.2, maxWidth: 3.6 });

    function store() {
      value.value = pad.isEmpty() ? "" : pad.toDataURL("image/png");
      box.classList.toggle("is-signed", !pad.isEmpty());
      if (hint) hint.hidden = !pad.isEmpty();
    }

    // The canvas has as many dots as the screen; turning the tablet keeps what was written.
    function fit() {
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      const width = Math.round(canvas.offsetWidth * ratio);
      const height = Math.round(canvas.offsetHeight * ratio);
      if (!width || !height || (canvas.width === width && canvas.height === height)) return;
      const strokes = pad.toData();
      canvas.width = width;
      canvas.height = height;
      canvas.getContext("2d").scale(ratio, ratio);
      pad.clear();
      if (strokes.length) pad.fromData(strokes);
      store();
    }

    pad.addEventListener("endStroke", store);
    box.querySelectorAll("[data-signature-clear]").forEach(function (button) {
      button.addEventListener("click", function () {
        pad.clear();
        store();
      });
    });
    if (photo) {
      photo.addEventListener("change", function () {
        box.classList.toggle("has-photo", photo.files.length > 0);
      });
    }
    window.addEventListener("resize", fit);
    fit();
  }

  document.querySelectorAll("[data-signature]").forEach(prepare);
})();
