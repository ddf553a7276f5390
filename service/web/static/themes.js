/* 主题分布: the stacked months as a chart, figures as counts or as shares, the chart as a picture and on paper. */
(function () {
  "use strict";
  var box, chart, data, shares = false;
  var KEPT = "minyi-themes-shares", PAPER = 1000, PICTURE = { width: 1200, height: 680 };

  function percent(part, whole) { return whole ? Math.round(1000 * part / whole) / 10 : 0; }

  function options() {
    var sums = data.columns.map(function (_, place) {
      return data.series.reduce(function (sum, one) { return sum + one.values[place]; }, 0);
    });
    var unit = shares ? " %" : " 件";
    return {
      /* Named fonts measure as they paint: of a font left to the browser, marks such as ” may be wider on the page. */
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      animation: false, color: data.colors,
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true, valueFormatter: function (value) { return value + unit; } },
      legend: { bottom: 0, itemGap: 8, itemWidth: 16, itemHeight: 10 }, grid: { left: 52, right: 16, top: 16, bottom: 116 },
      xAxis: { type: "category", data: data.columns },
      yAxis: { type: "value", minInterval: shares ? 0 : 1, max: shares ? 100 : null, axisLabel: { formatter: shares ? "{value}%" : null } },
      series: data.series.map(function (one) {
        var values = shares ? one.values.map(function (value, place) { return percent(value, sums[place]); }) : one.values;
        return { name: one.name, type: "bar", stack: "all", barMaxWidth: 48, data: values };
      })
    };
  }

  function follow(point) {
    var link = (data.links[point.seriesIndex] || [])[point.dataIndex];
    if (link) { window.location = link; }
  }

  function save(link) {
    var room = document.createElement("div"), picture = echarts.init(room, null, PICTURE), wanted = options();
    wanted.title = { text: data.title + (shares ? "（各月占比）" : "（件数）"), left: "center", top: 8 };
    wanted.backgroundColor = "#fff";
    wanted.grid.top = 56;
    wanted.grid.bottom = 84;
    picture.setOption(wanted);
    link.href = picture.getDataURL({ pixelRatio: 2, backgroundColor: "#fff" });
    picture.dispose();
  }

  function write(table) {
    var sums = Array.prototype.map.call(table.querySelectorAll("tr.sum td"), function (cell) { return Number(cell.getAttribute("data-count")); });
    var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr")), most = 0;
    var found = rows.map(function (row) {
      return Array.prototype.map.call(row.querySelectorAll("td"), function (cell, place) {
        var share = percent(Number(cell.getAttribute("data-count")), sums[place]);
        if (cell.hasAttribute("data-heat")) { most = Math.max(most, share); }
        return { cell: cell, share: share };
      });
    });
    found.forEach(function (cells) {
      cells.forEach(function (one) {
        var count = Number(one.cell.getAttribute("data-count")), place = one.cell.querySelector("a") || one.cell;
        if (count) { place.textContent = shares ? one.share.toFixed(1) + "%" : count.toLocaleString("en"); }
        if (one.cell.hasAttribute("data-heat")) {
          one.cell.setAttribute("data-heat", !shares ? one.cell.getAttribute("data-counted") : count ? Math.min(4, 1 + Math.floor(4 * one.share / (most * 1.001))) : 0);
        }
      });
    });
  }

  function show() {
    chart.setOption(options(), true);
    document.querySelectorAll("table.heat").forEach(write);
    document.querySelectorAll("[data-shares]").forEach(function (button) {
      button.setAttribute("aria-pressed", String((button.getAttribute("data-shares") === "yes") === shares));
    });
    document.querySelectorAll(".as-shares").forEach(function (words) { words.hidden = !shares; });
  }

  window.addEventListener("DOMContentLoaded", function () {
    box = document.querySelector("[data-chart]");
    if (!box || !window.echarts) { return; }
    data = JSON.parse(document.getElementById(box.getAttribute("data-chart")).textContent);
    chart = echarts.init(box);
    chart.on("click", follow);
    try { shares = window.sessionStorage.getItem(KEPT) === "yes"; } catch (denied) { shares = false; }
    show();
    window.addEventListener("resize", function () { chart.resize(); });
    window.addEventListener("beforeprint", function () { chart.resize({ width: PAPER, height: 560 }); });
    window.addEventListener("afterprint", function () { chart.resize({ width: "auto", height: "auto" }); });
    document.addEventListener("click", function (event) {
      var button = event.target.closest("[data-shares]"), picture = event.target.closest("[data-save-chart]"), link;
      if (button) {
        shares = button.getAttribute("data-shares") === "yes";
        try { window.sessionStorage.setItem(KEPT, shares ? "yes" : "no"); } catch (denied) { /* it holds for this page */ }
        show();
      }
      if (picture) {
        link = document.createElement("a");
        save(link);
        link.download = data.title + ".png";
        link.click();
      }
    });
  });
})();
