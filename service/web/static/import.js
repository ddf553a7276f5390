/* Dropping files, saying that an upload is under way, reading again when a list is changed. Works as plain forms without. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-drop]");
  if (form) {
    var input = document.getElementById("files");
    ["dragover", "dragenter"].forEach(function (name) {
      document.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("over"); });
    });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) { form.classList.remove("over"); } });
    document.addEventListener("drop", function (event) {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; form.requestSubmit(); }
    });
    form.addEventListener("change", function (event) {
      if (event.target.type === "file" && event.target.files.length) { form.requestSubmit(); }
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
