/** Questions under way, and the answer that is looked at. */

import * as api from "./api.js";
import { $, h, reveal, save } from "./dom.js";
import { colour, letter, percent, seconds } from "./format.js";
import * as timeline from "./timeline.js";

const PHASES = {
  uploading: "Uploading the video",
  waiting: "Waiting",
  reading: "Reading the file",
  decoding: "Decoding frames",
  looking: "Looking",
  answering: "Answering",
};
/** How much of the whole each phase is, so that the bar goes forward only. */
const SHARE = { reading: [0, 0.05], decoding: [0.05, 0.55], looking: [0.55, 0.95], answering: [0.95, 1] };

/** Show a question as under way; returns an object that moves it. */
export function pending(question, onCancel) {
  const text = h("span", { class: "phase", role: "status" }, "Asking");
  const bar = h("progress", { max: 1, "aria-label": `Progress of: ${question}` });
  const button = h("button", { type: "button", onclick: onCancel }, "Cancel");
  const card = h("div", { class: "pending" }, h("p", { class: "asked" }, question), bar, h("div", { class: "bar" }, text, button));
  $("answers").hidden = false;
  $("pending").append(card);
  $("examples").open = false; // what was asked for comes first
  reveal(card);
  let furthest = 0;
  return {
    at(phase, fraction, note = "") {
      const words = `${PHASES[phase] || phase}${note && ` ${note}`}`;
      if (text.textContent !== words) text.textContent = words;
      if (!SHARE[phase]) return bar.removeAttribute("value");
      const [from, to] = SHARE[phase];
      furthest = Math.max(furthest, from + fraction * (to - from));
      bar.value = furthest;
    },
    fail(message) {
      bar.remove();
      text.textContent = message;
      text.className = "problem";
      text.setAttribute("role", "alert");
      button.textContent = "Dismiss";
      button.onclick = () => this.end();
    },
    end() {
      card.remove();
      if (!$("pending").children.length && $("answer").hidden) $("answers").hidden = true;
    },
  };
}

/** Show an answer: a bar for each option, what was read, what there is to know about it. */
export function show(entry) {
  $("answer").hidden = !entry;
  if (!entry) {
    $("answers").hidden = !$("pending").children.length;
    return;
  }
  const { answer } = entry;
  $("answers").hidden = false;
  $("answer").replaceChildren(...[
    h("p", { class: "asked" }, answer.question),
    h("ul", { class: "bars", "aria-label": "Answers with their probabilities" }, ...answer.options.map((_, index) => option(entry, index))),
    noneFits(answer),
    ...(answer.cautions || []).map((sentence) => h("p", { class: "caution" }, h("b", {}, "Caution: "), sentence)),
    h("dl", {},
      h("dt", {}, "Read as"), h("dd", {}, `“${answer.event_descriptions[answer.index]}”`),
      h("dt", {}, "Decided at"), h("dd", {}, ...moments(answer)),
      ...(answer.damage.length ? [h("dt", {}, "Damage"), h("dd", {}, answer.damage.join(" "))] : [])),
    h("p", { class: "quiet limits" }, `${answer.method} on ${answer.backbone}, ${answer.times.length} frames, ${seconds(Math.max(0.1, answer.seconds))}. ${answer.note}`),
    h("p", { class: "actions" }, h("button", { type: "button", onclick: (event) => picture(event.currentTarget, entry) }, "Save as picture")),
  ].filter(Boolean));
  $("said").textContent = `${answer.question} ${answer.answer}, ${percent(answer.probabilities[answer.index])}.`;
}

/** The moments that decide, as buttons that go there. */
function moments({ evidence }) {
  if (!evidence.length) return ["no single moment"];
  return evidence.map((moment) => h("button", {
    type: "button",
    class: "plain go",
    "aria-label": `Go to ${seconds(moment.time)}`,
    onclick: () => { timeline.seek(moment.time); reveal($("player")); },
  }, seconds(moment.time), evidence.length > 1 && h("span", { class: "quiet" }, ` ${percent(moment.score)}`)));
}

function option({ answer, correct }, index) {
  const value = answer.probabilities[index];
  const won = index === answer.index;
  return h("li", { "data-option": index, class: won ? "won" : "", style: { "--colour": colour(index) } },
    h("button", { type: "button", class: "plain option", title: "Show its curve", onclick: () => timeline.pick(index) },
      h("span", { class: "chip", "aria-hidden": "true" }, letter(index)),
      h("span", { class: "text" }, answer.options[index], correct === index && h("span", { class: "right" }, " ✓ correct in the data")),
      h("span", { class: "value" }, percent(value)),
      h("span", { class: "track-bar", "aria-hidden": "true" }, h("span", { class: "fill", style: { width: `${100 * value}%` } }))));
}

function noneFits(answer) {
  if (answer.none_fits === null || answer.none_fits === undefined) return null;
  const value = answer.none_fits;
  const words = value > 0.5 ? "Probably none of them fits" : "None of them fits";
  return h("p", { class: `none${value > 0.5 ? " likely" : ""}` },
    h("span", {}, words), h("span", { class: "value" }, percent(value)),
    h("span", { class: "track-bar", "aria-hidden": "true" }, h("span", { class: "fill", style: { width: `${100 * value}%` } })));
}

async function picture(button, entry) {
  const words = button.textContent;
  button.disabled = true;
  button.textContent = "Drawing …";
  button.nextElementSibling?.remove(); // what went wrong the last time
  try {
    save("answer.png", await api.figure(entry.job), "image/png");
  } catch (error) {
    button.after(h("span", { class: "problem", role: "alert" }, error.message));
  } finally {
    button.disabled = false;
    button.textContent = words;
  }
}
