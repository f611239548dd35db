// A checkbox with data-select-all="NAME" ticks every checkbox of that name; [data-select-count] shows how many.
(function () {
  "use strict";
  document.querySelectorAll("[data-select-all]").forEach(function (master) {
    const scope = master.closest("form") || document;
    const boxes = Array.from(scope.querySelectorAll('input[type=checkbox][name="' + master.dataset.selectAll + '"]'));
    const count = scope.querySelector("[data-select-count]");
    function show() {
      const ticked = boxes.filter(function (box) { return box.checked; }).length;
      master.checked = boxes.length > 0 && ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
      if (count) count.textContent = String(ticked);
    }
    master.addEventListener("change", function () {
      boxes.forEach(function (box) { if (!box.disabled) box.checked = master.checked; });
      show();
    });
    boxes.forEach(function (box) { box.addEventListener("change", show); });
    show();
  });
})();
