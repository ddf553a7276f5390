/* The few things that pages do beyond htmx. Everything works without them, only with more clicks. */
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) {
      var search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var form = (event.target.closest && event.target.closest("form[data-main]")) || (event.target === document.body && only());
      if (form) { event.preventDefault(); form.requestSubmit(); }
    }
  });
  document.addEventListener("click", function (event) {
    var copy = event.target.closest("[data-copy]");
    if (copy) {
      copied(copy.getAttribute("data-copy")).then(function () { copy.textContent = "已复制"; }, function () { copy.textContent = "请选中后按 Ctrl + C"; });
    }
    if (event.target.closest("[data-print]")) { window.print(); }
    document.querySelectorAll("details.action[open]").forEach(function (open) {
      if (!open.contains(event.target)) { open.removeAttribute("open"); }
    });
  });
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-auto]");
    if (form && event.target.tagName === "SELECT") { form.requestSubmit(); }
    if (event.target.type === "file") {
      var names = document.querySelector('[data-names="' + event.target.id + '"]');
      if (names) { names.textContent = Array.from(event.target.files, function (one) { return one.name; }).join("、") || "未选择"; }
    }
  });
  /* One box ticks those of its column, and says whether all are ticked. What was ticked before this was loaded counts. */
  function column(all) { return Array.from(document.querySelectorAll("input[type=checkbox][name=" + all.getAttribute("data-all") + "]")); }
  function tick(all) { column(all).forEach(function (box) { box.checked = all.checked; }); }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) { tick(event.target); return; }
    document.querySelectorAll("[data-all]").forEach(function (all) {
      var boxes = column(all);
      if (boxes.includes(event.target)) { all.checked = boxes.every(function (box) { return box.checked; }); }
    });
  }, true);
  document.querySelectorAll("[data-all]:checked").forEach(tick);
  /* Over plain http to another machine browsers keep the clipboard to themselves; there a selection is copied. */
  function copied(words) {
    if (navigator.clipboard) { return navigator.clipboard.writeText(words); }
    var place = document.createElement("textarea");
    place.value = words;
    document.body.append(place);
    place.select();
    var well = document.execCommand("copy");
    place.remove();
    return well ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }
  /* The form of a page that has one in sight: after a press on what then goes away, nothing has the focus. */
  function only() {
    var shown = Array.prototype.filter.call(document.querySelectorAll("form[data-main]"), function (one) { return one.offsetParent !== null; });
    return shown.length === 1 ? shown[0] : null;
  }
  var typed = false;
  document.addEventListener("minyi:kept", function () { typed = false; });
  document.addEventListener("input", function (event) { if (event.target.closest("form[data-main]")) { typed = true; } });
  document.addEventListener("submit", function () { typed = false; });
  window.addEventListener("beforeunload", function (event) { if (typed) { event.preventDefault(); } });
})();
