/**
 * One time axis below the player: the film strip, each option's curve, the evidence, what was followed.
 * It is a slider: a click, a drag or an arrow key seeks the player.
 */

import * as api from "./api.js";
import { $, h } from "./dom.js";
import { clock, colour, dash, letter, percent, seconds } from "./format.js";

const HEIGHT = 132;
const PAD = { top: 10, bottom: 6 };
const ROW = 16;
const MOST_ROWS = 3;
const DARKEST = 2.5; // score, in standard deviations of the training videos, from which a band is as dark as can be

const root = () => $("timeline");
const player = () => $("player");
let shown = null; // { video, answer, job }
let length = 0;
let picked = null; // index of the option whose curve stands out

export function start() {
  new ResizeObserver(() => shown && draw()).observe(root());
  for (const event of ["timeupdate", "seeking", "seeked"]) player().addEventListener(event, move);
  const follow = () => { if (!player().paused) { move(); requestAnimationFrame(follow); } };
  player().addEventListener("play", follow);
}

/** Show a video's axis, with an answer's curves if there is one. */
export function show(video, entry) {
  shown = video && video.id ? { video, answer: entry?.answer || null } : null;
  length = video?.duration || 0;
  picked = entry ? entry.answer.index : null;
  root().hidden = !shown || !length;
  if (shown) draw();
}

/** Let one option's curve stand out. */
export function pick(index) {
  picked = index;
  root().querySelectorAll("[data-option]").forEach((element) =>
    element.classList.toggle("strong", Number(element.dataset.option) === index));
}

function draw() {
  if (root().hidden || !root().clientWidth) return;
  const { video, answer } = shown;
  const style = getComputedStyle(root());
  const width = root().clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const focused = document.activeElement?.id === "axis";
  const axis = h("div", {
    id: "axis",
    class: "axis",
    role: "slider",
    tabindex: "0",
    "aria-label": "Position in the video",
    "aria-orientation": "horizontal",
    "aria-valuemin": "0",
    "aria-valuemax": length.toFixed(2),
    onkeydown: onKey,
    onpointerdown: onPointer,
  },
    strip(video, width),
    answer && h("p", { class: "row-title" }, "What each moment alone says"),
    answer && curves(answer, width),
    ...(answer ? tracks(answer, width) : []),
    ruler(width),
    h("div", { class: "playhead", id: "playhead" }));
  root().replaceChildren(axis, h("p", { id: "readout", class: "readout" }), answer ? evidence(video, answer) : "");
  if (picked !== null) pick(picked);
  if (focused) axis.focus();
  move();
}

const x = (time, width) => (Math.min(Math.max(time / length, 0), 1) * width);

function strip(video, width) {
  const ratio = (video.display?.width || 4) / (video.display?.height || 3);
  const count = Math.max(3, Math.min(12, Math.round(width / (56 * ratio))));
  return h("div", { class: "strip", "aria-hidden": "true" }, ...Array.from({ length: count }, (_, index) => {
    const time = Math.min(((index + 0.5) / count) * length, length - 0.05);
    return h("img", { src: api.frameUrl(video.id, time, 160), alt: "", loading: "lazy", draggable: "false" });
  }));
}

/** (time, value) pairs of option `index`, in order of time, one for each time. */
function points(answer, index) {
  const found = new Map();
  answer.times.forEach((time, frame) => found.set(time, answer.frame_probabilities[frame][index]));
  return [...found].sort((a, b) => a[0] - b[0]);
}

function curves(answer, width) {
  const y = (value) => PAD.top + (1 - value) * (HEIGHT - PAD.top - PAD.bottom);
  const grid = [0, 0.5, 1].flatMap((value) => [
    h("svg:line", { class: "grid", x1: 0, x2: width, y1: y(value), y2: y(value) }),
  ]);
  const labels = [0, 0.5, 1].map((value) =>
    h("svg:text", { class: "grid-label", x: 2, y: y(value) - 2 }, `${100 * value} %`));
  const lines = answer.options.map((_, index) => {
    const all = points(answer, index);
    const path = all.map(([time, value], n) => `${n ? "L" : "M"}${x(time, width).toFixed(1)} ${y(value).toFixed(1)}`);
    return h("svg:g", { "data-option": index, class: "curve", style: { "--colour": colour(index) } },
      h("svg:path", { d: path.join(""), "stroke-dasharray": dash(index) }),
      ...(all.length <= 64 ? all : []).map(([time, value]) =>
        h("svg:circle", { cx: x(time, width).toFixed(1), cy: y(value).toFixed(1), r: 2.4 })));
  });
  const marks = answer.evidence.map((moment, index) => {
    const place = x(moment.time, width);
    return h("svg:g", { class: "mark" },
      h("svg:line", { x1: place, x2: place, y1: 0, y2: HEIGHT }),
      h("svg:circle", { cx: Math.min(Math.max(place, 9), width - 9), cy: HEIGHT - 10, r: 8.5 }),
      h("svg:text", { x: Math.min(Math.max(place, 9), width - 9), y: HEIGHT - 6.4 }, String(index + 1)));
  });
  return h("svg:svg", {
    class: "curves", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "presentation", "aria-hidden": "true",
  }, ...grid, ...lines, ...labels, ...marks);
}

/**
 * Of every entity that was followed, the still sentences whose fit changed most, as bands: dark where they fit.
 * They stand in the order in which they fit best, so that they read as what happened.
 */
function tracks(answer, width) {
  const times = answer.times;
  return (answer.tracks || []).flatMap((track) => {
    const rows = track.sentences.map((sentence, index) => {
      const values = track.scores.map((row) => row[index]);
      const top = Math.max(...values);
      return { sentence, values, top, peak: middle(values, top), change: darkness(top) - darkness(Math.min(...values)) };
    }).filter((row) => row.top > 0.8 && row.change > 0.3)
      .sort((a, b) => b.change - a.change).slice(0, MOST_ROWS).sort((a, b) => a.peak - b.peak);
    if (!rows.length) return [];
    const bands = rows.map(({ sentence, values }) => h("div", { class: "track" },
      h("svg:svg", { width, height: ROW, viewBox: `0 0 ${width} ${ROW}`, "aria-hidden": "true" },
        ...values.map((value, frame) => {
          const left = frame ? (times[frame - 1] + times[frame]) / 2 : 0;
          const right = frame + 1 < times.length ? (times[frame] + times[frame + 1]) / 2 : length;
          return h("svg:rect", {
            x: x(left, width), width: Math.max(0.5, x(right, width) - x(left, width) + 0.5), y: 2, height: ROW - 4,
            "fill-opacity": Math.max(0.04, darkness(value)).toFixed(2),
          });
        })),
      h("span", { class: "track-name", title: sentence }, sentence)));
    return [h("p", { class: "row-title" }, track.entity ? `${track.entity}: where single frames see it` : "The whole picture"), ...bands];
  });
}

const darkness = (score) => Math.min(1, Math.max(0, score / DARKEST));

/** The middle of the frames at which a sentence fits nearly as well as it ever does. */
function middle(values, top) {
  const near = values.flatMap((value, frame) => (value > 0.8 * top ? [frame] : []));
  return near.reduce((sum, frame) => sum + frame, 0) / near.length;
}

function ruler(width) {
  const wanted = width / 72;
  const step = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((each) => length / each <= wanted) || 7200;
  const ticks = [];
  for (let time = 0; time <= length + 1e-6; time += step) {
    if (time && x(time, width) > width - 26) break;
    ticks.push(h("span", { style: { left: `${x(time, width)}px` } }, clock(time, step < 1)));
  }
  return h("div", { class: "ruler", "aria-hidden": "true" }, ...ticks);
}

function evidence(video, answer) {
  if (!answer.evidence.length) {
    return h("p", { class: "quiet no-evidence" }, "No single moment of the video decides this answer.");
  }
  const several = answer.evidence.length > 1;
  return h("div", {},
    h("h3", {}, several ? "The moments that decide, the weightiest first" : "The moment that decides"),
    h("ol", { class: "evidence" }, ...answer.evidence.map((moment, index) =>
      h("li", {}, h("button", {
        type: "button",
        onclick: () => seek(moment.time),
        "aria-label": `Moment ${index + 1}: go to ${seconds(moment.time)}${several ? `, ${percent(moment.score)} of the evidence` : ""}`,
      },
        h("img", { src: api.frameUrl(video.id, moment.time, 320), alt: "", loading: "lazy" }),
        h("span", { class: "moment" }, h("b", { class: "number" }, String(index + 1)), ` ${seconds(moment.time)}`),
        several && h("span", { class: "quiet share" }, `${percent(moment.score)} of the evidence`))))));
}

/** What the frame nearest to a time says, as text. */
function said(answer, time) {
  const nearest = answer.times.reduce((best, each, frame) =>
    Math.abs(each - time) < Math.abs(answer.times[best] - time) ? frame : best, 0);
  return answer.frame_probabilities[nearest];
}

function move() {
  const axis = $("axis");
  if (!axis || !length) return;
  const time = Math.min(player().currentTime || 0, length);
  $("playhead").style.setProperty("left", `${(100 * time) / length}%`);
  axis.setAttribute("aria-valuenow", time.toFixed(2));
  const values = shown.answer && said(shown.answer, time);
  const words = values ? values.map((value, index) => `${letter(index)} ${percent(value)}`).join(", ") : "";
  axis.setAttribute("aria-valuetext", `${seconds(time)}${words && `: ${words}`}`);
  $("readout").replaceChildren(h("b", {}, clock(time, true)), ...(values || []).map((value, index) =>
    h("span", { style: { "--colour": colour(index) } }, h("i", { class: "dot" }), `${letter(index)} ${percent(value)}`)));
}

export function seek(time) {
  player().currentTime = Math.min(Math.max(time, 0), Math.max(0, length - 0.01));
  move();
}

function onKey(event) {
  const step = Math.max(0.1, Math.min(1, length / 60));
  const now = player().currentTime;
  const target = {
    ArrowRight: now + step, ArrowUp: now + step, ArrowLeft: now - step, ArrowDown: now - step,
    PageUp: now + length / 10, PageDown: now - length / 10, Home: 0, End: length,
  }[event.key];
  if (event.key === " ") {
    event.preventDefault();
    player().paused ? player().play() : player().pause();
  } else if (target !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    seek(target);
  }
}

function onPointer(event) {
  if (event.button) return;
  const axis = event.currentTarget;
  const to = (moved) => {
    const box = axis.getBoundingClientRect();
    seek(((moved.clientX - box.left) / box.width) * length);
  };
  axis.setPointerCapture(event.pointerId);
  to(event);
  axis.onpointermove = to;
  axis.onpointerup = axis.onpointercancel = () => { axis.onpointermove = null; };
}
