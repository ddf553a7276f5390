/* 登记: what is offered is put in order at once, and who comes back finds the form under its own key. */
(function () {
  "use strict";
  var form = document.getElementById("register"), status = document.getElementById("draft");

  /* Sending again what was sent before registers nothing twice. */
  window.history.replaceState(null, "", "/register?draft=" + form.elements.key.value);

  function fill(values) {
    var before = {};
    Object.keys(values).forEach(function (name) { before[name] = form.elements[name].value; form.elements[name].value = values[name]; });
    form.dispatchEvent(new Event("input", { bubbles: true }));
    return before;
  }

  document.addEventListener("click", function (event) {
    var offer = event.target.closest("[data-tidy]");
    if (!offer) { return; }
    event.preventDefault();
    var before = fill(JSON.parse(offer.dataset.tidy));
    document.querySelectorAll("[data-tidy]").forEach(function (one) { one.remove(); });
    var back = document.createElement("button");
    back.type = "button";
    back.className = "btn btn-plain btn-sm";
    back.textContent = "恢复原样";
    back.addEventListener("click", function () { fill(before); back.remove(); });
    status.replaceChildren("已整理　", back);
  });
})();
