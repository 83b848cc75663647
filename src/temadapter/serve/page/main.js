/** The page: a video, questions about it, their answers. */

import * as answers from "./answer.js";
import * as api from "./api.js";
import { $, reveal } from "./dom.js";
import * as form from "./form.js";
import * as history from "./history.js";
import * as picker from "./picker.js";
import * as timeline from "./timeline.js";
import * as viewer from "./viewer.js";

const TRIES = 10;
let active = null; // the answer that is shown
const running = new Set(); // ids of the jobs under way

viewer.start();
timeline.start();
history.start(open);
form.start(ask);
picker.start((video) => viewer.choose(video));
theme();
viewer.onChange(onVideo);
api.whenLocked(enter);
addEventListener("pagehide", () => running.forEach((job) => api.cancel(job).catch(() => {})));
begin();

async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    window.history.replaceState(null, "", location.pathname);
    await api.openSession(token).catch(() => {});
  }
  try {
    const info = await api.info();
    viewer.setLimit(info.limits.upload);
    $("browse").hidden = !info.data_videos;
    $("model").textContent = info.run === info.method ? `${info.method} on ${info.backbone}` : `${info.run} · ${info.method} on ${info.backbone}`;
  } catch (error) {
    $("stage-problem").textContent = error.message;
    $("stage-problem").hidden = false;
  }
}

/** Ask for the token until it is right. */
function enter() {
  const door = $("door");
  if (door.open) return new Promise((resolve) => door.addEventListener("close", () => resolve(), { once: true }));
  door.showModal();
  door.oncancel = (event) => event.preventDefault();
  return new Promise((resolve) => {
    $("door-form").onsubmit = async (event) => {
      event.preventDefault();
      try {
        await api.openSession($("door-token").value.trim());
        door.close();
        resolve();
      } catch (error) {
        $("door-problem").textContent = error.message;
        $("door-problem").hidden = false;
        $("door-token").select();
      }
    };
  });
}

let exampleVideo = null;
function onVideo(video) {
  if (active && (!video || (video.id && video.id !== active.videoId))) {
    active = null;
    answers.show(null);
    history.mark(null);
  }
  timeline.show(video, active);
  if (video?.id !== exampleVideo) {
    exampleVideo = video?.id;
    form.showExamples(video?.examples || []);
  }
}

async function ask(question, options) {
  const video = viewer.now();
  if (!video) {
    form.problem("Choose a video first.");
    $("file").focus();
    return;
  }
  let job = null;
  let wanted = true;
  const card = answers.pending(question, () => {
    wanted = false;
    card.end();
    if (job) api.cancel(job.id).catch(() => {});
  });
  try {
    card.at("uploading", 0);
    await video.ready;
    if (!wanted) return;
    job = await submitted(video.id, question, options, card);
    running.add(job.id);
    while (wanted && (job.state === "waiting" || job.state === "running")) {
      const before = job.position ? `(${job.position} before it)` : "";
      card.at(job.state === "waiting" ? "waiting" : job.phase || "reading", job.fraction, before);
      await api.pause(120);
      job = await api.job(job.id, 0);
    }
    if (!wanted) return;
    if (job.state !== "done") return card.fail(job.error || "It was cancelled.");
    card.end();
    const known = (video.examples || []).find((each) => each.question === question && String(each.options) === String(options));
    const entry = { job: job.id, videoId: video.id, videoName: video.name, answer: job.answer, correct: known?.answer ?? null };
    if (viewer.now() === video) {
      active = entry;
      answers.show(entry);
      timeline.show(video, entry);
      // the axis has grown and may have pushed the answer away; who writes the next question is left alone
      if ($("question").value.trim() === question) reveal($("answer"));
    }
    history.add(entry);
  } catch (error) {
    if (error.name === "AbortError") card.end();
    else if (wanted) card.fail(error.message);
  } finally {
    if (job) running.delete(job.id);
  }
}

/** Hand a question in; a full queue is tried again after the time that the server names. */
async function submitted(id, question, options, card) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.ask(id, question, options);
    } catch (error) {
      if (error.code !== "busy" || attempt === TRIES) throw error;
      card.at("waiting", 0, "for a busy server");
      await api.pause(1000 * Math.max(1, error.retryAfter));
    }
  }
}

/** Look at an earlier answer again, with its video if the server still has it. */
async function open(entry) {
  if (viewer.now()?.id !== entry.videoId) await viewer.choose({ id: entry.videoId, name: entry.videoName, examples: [] });
  active = entry;
  form.fill(entry.answer.question, entry.answer.options);
  answers.show(entry);
  history.mark(entry);
  timeline.show(viewer.now(), entry);
  reveal($("answers"));
}

function theme() {
  const names = { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
  const order = Object.keys(names);
  const draw = () => { $("theme").textContent = names[document.documentElement.dataset.theme || "auto"]; };
  $("theme").addEventListener("click", () => {
    const next = order[(order.indexOf(document.documentElement.dataset.theme || "auto") + 1) % order.length];
    if (next === "auto") { delete document.documentElement.dataset.theme; localStorage.removeItem("theme"); }
    else { document.documentElement.dataset.theme = next; localStorage.setItem("theme", next); }
    draw();
  });
  draw();
}
