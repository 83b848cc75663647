/** Picking a video of the run's data. */

import * as api from "./api.js";
import { $, h } from "./dom.js";

let offset = 0;
let round = 0;

export function start(choose) {
  const open = () => { $("picker").showModal(); $("picker-search").focus(); if (!offset) load(choose, true); };
  $("browse").addEventListener("click", open);
  $("picker-close").addEventListener("click", () => $("picker").close());
  $("picker").addEventListener("click", (event) => { if (event.target === $("picker")) $("picker").close(); });
  $("picker-more").addEventListener("click", () => load(choose, false));
  let waiting = null;
  $("picker-search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => load(choose, true), 200);
  });
}

async function load(choose, anew) {
  const mine = (round += 1);
  if (anew) offset = 0;
  try {
    const found = await api.videos($("picker-search").value, offset);
    if (mine !== round) return;
    const items = found.videos.map((video) => item(video, choose));
    anew ? $("picker-list").replaceChildren(...items) : $("picker-list").append(...items);
    if (!anew) items[0]?.querySelector("button").focus();
    offset += items.length;
    $("picker-more").hidden = offset >= found.total;
    $("picker-count").textContent = found.total === 1 ? "1 video" : `${found.total.toLocaleString("en")} videos`;
  } catch (error) {
    $("picker-count").textContent = error.message;
  }
}

function item(video, choose) {
  const count = video.examples.length;
  return h("li", {}, h("button", { type: "button", class: "plain", onclick: () => { $("picker").close(); choose(video); } },
    h("img", { src: api.frameUrl(video.id, 2, 160), alt: "", loading: "lazy" }),
    h("span", { class: "name", title: video.name }, video.name),
    h("span", { class: "quiet" }, count === 1 ? "1 question" : `${count} questions`)));
}
