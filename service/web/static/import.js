/* Dropping files, saying that an upload is under way, reading again when a list is changed. Works as plain forms without. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-drop]");
  if (form) {
    var input = document.getElementById("files");
    var read = function () {
      if (Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (one) { return one.files.length; })) { form.requestSubmit(); }
    };
    ["dragover", "dragenter"].forEach(function (name) {
      document.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("over"); });
    });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) { form.classList.remove("over"); } });
    document.addEventListener("drop", function (event) {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; form.requestSubmit(); }
    });
    /* What was chosen before the scripts had come is read too, once; what the browser has put back is not. */
    window.addEventListener("DOMContentLoaded", function () {
      form.addEventListener("change", function (event) { if (event.target.type === "file") { read(); } });
      if (window.performance.getEntriesByType("navigation")[0].type === "navigate") { read(); }
    });
    form.addEventListener("submit", function () { form.querySelector("[data-busy]").hidden = false; });
  }
  var plan = document.querySelector("form[data-plan]");
  if (plan) {
    plan.addEventListener("change", function (event) {
      if (event.target.hasAttribute("data-resend")) { plan.requestSubmit(); }
    });
  }
})();
