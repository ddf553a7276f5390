/* The list of submissions: ticking many, and only the field that the chosen act needs. Works without, with more to read. */
(function () {
  "use strict";
  function boxes() { return Array.from(document.querySelectorAll("input[name=id][form=bulk]")); }
  function refresh() {
    var form = document.getElementById("bulk");
    if (!form) { return; }
    var act = form.querySelector("[data-act]").value;
    form.querySelectorAll("[data-for]").forEach(function (field) {
      field.hidden = field.getAttribute("data-for") !== act;
      field.required = !field.hidden;
    });
    var everything = form.querySelector("[data-everything]").checked;
    var picked = boxes().filter(function (box) { return box.checked; }).length;
    form.querySelector("[data-picked]").textContent = everything ? "全部：" : picked ? "所选 " + picked + " 件：" : "勾选后办理：";
    form.querySelector("button").disabled = !picked && !everything;
  }
  document.addEventListener("change", function (event) {
    if (event.target.closest("#bulk, table.list")) { refresh(); }
  });
  window.addEventListener("DOMContentLoaded", refresh);
  window.addEventListener("pageshow", refresh);
})();
