/** Choosing a video, bringing it to the server, playing it. */

import * as api from "./api.js";
import { $, say } from "./dom.js";
import { bytes, percent } from "./format.js";

const listeners = new Set();
let current = null; // { id, name, examples, duration, ready: Promise, abort }
let limit = Infinity;

export const onChange = (listener) => listeners.add(listener);
export const now = () => current;
export const setLimit = (count) => { limit = count; };

export function start() {
  const input = $("file");
  input.addEventListener("change", () => { if (input.files[0]) take(input.files[0]); input.value = ""; });
  $("change").addEventListener("click", reset);
  $("preparing-cancel").addEventListener("click", reset);
  $("player").addEventListener("error", () => unplayable());
  $("player").addEventListener("loadedmetadata", () => {
    const duration = $("player").duration;
    if (current && Number.isFinite(duration)) { current.duration = duration; tell(); }
  });
  let depth = 0;
  const marked = (on) => document.body.classList.toggle("dragging", on);
  addEventListener("dragenter", (event) => { if (hasFile(event)) { depth += 1; marked(true); } });
  addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) marked(false); });
  addEventListener("dragover", (event) => { if (hasFile(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    depth = 0;
    marked(false);
    const file = event.dataTransfer?.files[0];
    if (file) { event.preventDefault(); take(file); }
  });
}

const hasFile = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

/** Show the chooser again. */
export function reset() {
  current?.abort.abort();
  current = null;
  $("player").removeAttribute("src");
  $("player").load();
  $("viewer").hidden = true;
  $("chooser").hidden = false;
  $("preparing").hidden = true;
  tell();
  $("file").focus();
}

/** Upload a file and show it as soon as it can be played. */
export function take(file) {
  if (file.size > limit) {
    return refuse(`“${file.name}” has ${bytes(file.size)}; this server takes videos up to ${bytes(limit)}. Cut or compress it first.`);
  }
  if (!file.size) return refuse(`“${file.name}” is empty.`);
  const mine = open({ name: file.name, examples: [] });
  $("player").src = URL.createObjectURL(file); // plays at once where the browser can
  mine.local = true;
  mine.ready = uploaded(mine, file);
  mine.ready.then(() => prepared(mine)).catch((error) => failed(mine, error));
  tell();
}

/** Show a video that is on the server. */
export async function choose(entry) {
  const mine = open(entry);
  mine.ready = api.video(entry.id).then((data) => adopt(mine, data));
  mine.ready.then(() => prepared(mine)).catch((error) => failed(mine, error));
  tell();
  return mine.ready.catch(() => null);
}

function open(entry) {
  current?.abort.abort();
  say($("stage-problem"), "");
  current = { id: null, duration: 0, abort: new AbortController(), ...entry };
  $("chooser").hidden = true;
  $("viewer").hidden = false;
  $("video-name").textContent = current.name;
  $("player").setAttribute("aria-label", `Player: ${current.name}`);
  return current;
}

async function uploaded(mine, file) {
  for (;;) {
    try {
      const shown = (fraction) => progress(mine, fraction < 1 ? `Uploading ${percent(fraction)}` : "Checking the video", fraction);
      shown(0);
      return adopt(mine, await api.upload(file, shown, mine.abort.signal));
    } catch (error) {
      if (error.code !== "busy" || mine !== current) throw error;
      progress(mine, "The server is busy; trying again soon", null);
      await api.pause(1000 * Math.max(1, error.retryAfter));
    }
  }
}

function adopt(mine, data) {
  mine.id = data.id;
  mine.examples = data.examples;
  mine.display = data.display;
  mine.duration ||= data.display.duration || 0;
  if (mine === current) tell();
  return mine;
}

/** Play it from the server: at once, or when its copy for browsers is made. */
async function prepared(mine) {
  while (mine === current && mine.display.state === "converting") {
    progress(mine, `Converting for the browser ${percent(mine.display.fraction)}`, mine.display.fraction, true);
    await api.pause(400);
    adopt(mine, await api.video(mine.id));
    mine.converted = true;
  }
  if (mine !== current) return;
  if (mine.display.state === "failed") {
    $("preparing").hidden = true;
    return say($("stage-problem"), `The player cannot show it (${mine.display.error}) Questions can be asked all the same.`);
  }
  $("preparing").hidden = true;
  if (!mine.local || mine.converted) {
    mine.local = false;
    $("player").src = api.fileUrl(mine.id, mine.converted ? 2 : 1);
  }
}

/** This browser does not play the file although most do, or it is not uploaded yet. */
async function unplayable() {
  const mine = current;
  if (!mine || !$("player").getAttribute("src")) return;
  if (mine.local) return; // the server will say how to go on
  if (mine.converted) return say($("stage-problem"), "This browser cannot play the video. Questions can be asked all the same.");
  try {
    const data = await api.convert(mine.id);
    mine.converted = true;
    adopt(mine, data);
    await prepared(mine);
  } catch (error) {
    failed(mine, error);
  }
}

function progress(mine, text, fraction, light = false) {
  if (mine !== current) return;
  $("preparing").hidden = false;
  $("preparing").classList.toggle("light", light);
  $("preparing-text").textContent = text;
  if (fraction === null) $("preparing-bar").removeAttribute("value");
  else $("preparing-bar").value = fraction;
}

function failed(mine, error) {
  if (error.name === "AbortError" || mine !== current) return;
  reset();
  refuse(error.message);
}

function refuse(message) {
  say($("stage-problem"), message);
}

function tell() {
  listeners.forEach((listener) => listener(current));
}
