"use strict";
// Draws the figures, and follows one song through all of them: by the list, a button of the table or a click on a line.
const specs = JSON.parse(document.getElementById("figures").textContent);
const select = document.getElementById("followed");
const views = {};

function follow(songId) {
  if (views.bump) {
    views.bump.signal("followed", songId).run();
  }
  if (select) {
    select.value = songId;
    document.getElementById("story").textContent = songId ? story(songId) : "";
  }
  for (const row of document.querySelectorAll("tr[data-song]")) {
    row.classList.toggle("followed", row.dataset.song === songId);
  }
  for (const button of document.querySelectorAll("button[data-follow]")) {
    button.setAttribute("aria-pressed", String(button.dataset.follow === songId));
  }
}

// What the picture shows of a song, for those who do not see it.
function story(songId) {
  const stood = specs.bump.data.values.filter((entry) => entry.song_id === songId);
  const first = stood[0];
  const last = stood[stood.length - 1];
  const best = Math.min(...stood.map((entry) => entry.position));
  const days = stood.length === 1 ? "1 date" : `${stood.length} dates`;
  return `${last.song}: ${days} here, from ${first.position} on ${first.chart_date} to ${last.position} on ` +
    `${last.chart_date}, ${best} at best.`;
}

async function draw(figure) {
  const name = figure.dataset.figure;
  const options = { mode: "vega-lite", renderer: "svg", actions: false, tooltip: { theme: "custom" } };
  const { view } = await vegaEmbed(figure, specs[name], options);
  views[name] = view;
  if (name === "bump") {
    view.addEventListener("click", (event, item) => {
      const entry = item && (item.datum || (item.items && item.items[0].datum));
      if (entry && entry.song_id) {
        follow(entry.song_id);
      }
    });
  }
}

async function start() {
  await Promise.all(Array.from(document.querySelectorAll("figure[data-figure]"), draw));
  if (select) {
    select.addEventListener("change", () => follow(select.value));
    const first = document.querySelector("tr[data-song]");
    follow(first ? first.dataset.song : "");
  }
  for (const button of document.querySelectorAll("button[data-follow]")) {
    button.hidden = !select;
    button.addEventListener("click", () => {
      follow(button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.follow);
    });
  }
  document.body.dataset.drawn = "true";
}

start();
