/* 登记: what is typed is kept as a draft after a pause, and when the page is left; what is offered is put in order at once. */
(function () {
  "use strict";
  var form = document.getElementById("register"), status = document.getElementById("draft");
  var timer = 0, typed = 0, kept = 0, sent = false;

  function fields() {
    var found = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (typeof value === "string") { found.append(name, value); } });
    return found;
  }

  function keep() {
    var now = typed;
    clearTimeout(timer);
    fetch("/register/draft", { method: "POST", body: fields() }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error("not kept"); }
      return answer.text();
    }).then(function (words) {
      if (sent) { return; }
      kept = now;
      status.innerHTML = words;
      if (now === typed && !status.querySelector(".late")) { document.dispatchEvent(new Event("minyi:kept")); }
    }).catch(function () { status.textContent = "草稿没有保存：服务暂时不通，请先不要关闭页面"; });
  }

  form.addEventListener("input", function () {
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(keep, 800);
  });
  form.addEventListener("submit", function () { sent = true; clearTimeout(timer); });
  window.addEventListener("pagehide", function () {
    if (!sent && kept !== typed) { navigator.sendBeacon("/register/draft", fields()); }
  });

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
