/* What is typed is kept as a draft after a pause, and when the page is left: for forms that say where (`data-draft-at`). */
window.minyiDraft = (function () {
  "use strict";
  /* Send what is typed, say beside the form what became of it, and tell whether it was kept. */
  function keep(address, fields, line) {
    return fetch(address, { method: "POST", body: fields, redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") {
        var link = document.createElement("a");
        link.href = "/sign-in";
        link.target = "_blank";
        link.textContent = "在新窗口登录";
        line.replaceChildren("草稿没有保存：登录已过期，请", link, "后回来接着写");
        return false;
      }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text().then(function (words) {
        line.innerHTML = words;
        return !line.querySelector(".late");
      });
    }).catch(function () {
      line.textContent = "草稿没有保存：服务暂时不通，请先不要离开本页";
      return false;
    });
  }

  /* Give the fields of a form that are text. */
  function fields(form) {
    var found = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (typeof value === "string") { found.append(name, value); } });
    return found;
  }

  function watch(form) {
    var address = form.getAttribute("data-draft-at"), line = document.getElementById("draft");
    var timer = 0, typed = 0, kept = 0, sent = false;
    form.addEventListener("input", function () {
      typed += 1;
      clearTimeout(timer);
      timer = setTimeout(function () {
        var now = typed;
        keep(address, fields(form), line).then(function (well) {
          if (!well || sent) { return; }
          kept = now;
          if (now === typed) { document.dispatchEvent(new Event("minyi:kept")); }
        });
      }, 800);
    });
    form.addEventListener("submit", function () { sent = true; clearTimeout(timer); });
    window.addEventListener("pagehide", function () {
      if (!sent && kept !== typed) { navigator.sendBeacon(address, fields(form)); }
    });
  }

  document.querySelectorAll("form[data-draft-at]").forEach(watch);
  return { keep: keep, fields: fields };
})();
