/** The question and its possible answers. */

import { $, h, say } from "./dom.js";
import { colour, letter } from "./format.js";

const FEWEST = 2;
const MOST = 20;
const GENERAL = [
  { question: "Is it day or night?", options: ["day", "night"] },
  { question: "What is the weather like?", options: ["clear", "rain", "snow"] },
  { question: "Does anything collide?", options: ["yes", "no"] },
];

const list = () => $("options");
const inputs = () => [...list().querySelectorAll("input")];

/** Set the form up; `submit(question, options)` is called when everything is there. */
export function start(submit) {
  setOptions(["", ""]);
  showExamples([]);
  $("add-option").addEventListener("click", () => addOption("", true));
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = checked();
    if (asked) submit(asked.question, asked.options);
  });
  $("form").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $("form").requestSubmit();
    }
  });
  $("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      inputs()[0].focus();
    }
  });
  $("question").addEventListener("input", () => say($("form-problem"), ""));
}

export function fill(question, options) {
  $("question").value = question;
  setOptions(options);
  say($("form-problem"), "");
}

/** Offer the questions that come with a video, and some that fit any. */
export function showExamples(own) {
  const all = [...own, ...(own.length ? [] : GENERAL)];
  $("example-list").replaceChildren(...all.map((example) =>
    h("li", {}, h("button", {
      type: "button",
      class: "example",
      onclick: () => { fill(example.question, example.options); $("submit").focus(); },
    }, h("span", {}, example.question), h("span", { class: "quiet" }, example.options.join(" · "))))));
}

export const problem = (text) => say($("form-problem"), text);

function setOptions(texts) {
  list().replaceChildren();
  const rows = texts.length >= FEWEST ? texts : [...texts, "", ""].slice(0, FEWEST);
  rows.forEach((text) => addOption(text, false));
}

function addOption(text, focus, after = null) {
  if (inputs().length >= MOST) return problem(`At most ${MOST} answers can be compared at once.`);
  const input = h("input", { type: "text", maxlength: 500, autocomplete: "off", onkeydown: onKey, onpaste: onPaste });
  input.value = text;
  input.addEventListener("input", () => problem(""));
  const remove = h("button", { type: "button", class: "plain remove", onclick: () => removeRow(row) }, "×");
  const row = h("li", {}, h("span", { class: "chip", "aria-hidden": "true" }), input, remove);
  after ? after.after(row) : list().append(row);
  number();
  if (focus) input.focus();
  return row;
}

function removeRow(row) {
  const before = row.previousElementSibling || row.nextElementSibling;
  if (inputs().length <= FEWEST) {
    row.querySelector("input").value = "";
    row.querySelector("input").focus();
    return;
  }
  row.remove();
  number();
  before?.querySelector("input").focus();
}

function number() {
  [...list().children].forEach((row, index) => {
    const name = letter(index);
    row.querySelector(".chip").textContent = name;
    row.querySelector(".chip").style.setProperty("--colour", colour(index));
    row.querySelector("input").setAttribute("aria-label", `Answer ${name}`);
    row.querySelector("input").placeholder = index < 2 ? ["a possible answer", "another one"][index] : "one more";
    row.querySelector(".remove").setAttribute("aria-label", `Remove answer ${name}`);
    row.querySelector(".remove").title = `Remove answer ${name}`;
  });
}

function onKey(event) {
  const row = event.target.closest("li");
  const all = inputs();
  const place = all.indexOf(event.target);
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing) {
    event.preventDefault();
    if (place + 1 < all.length) all[place + 1].focus();
    else if (event.target.value.trim()) addOption("", true, row);
    else $("submit").focus();
  } else if (event.key === "Backspace" && !event.target.value && all.length > FEWEST) {
    event.preventDefault();
    removeRow(row);
  } else if (event.key === "ArrowDown" && all[place + 1]) {
    event.preventDefault();
    all[place + 1].focus();
  } else if (event.key === "ArrowUp" && all[place - 1]) {
    event.preventDefault();
    all[place - 1].focus();
  }
}

/** Several lines become several answers. */
function onPaste(event) {
  const lines = event.clipboardData.getData("text").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines.length < 2) return;
  event.preventDefault();
  let row = event.target.closest("li");
  event.target.value = lines[0];
  for (const line of lines.slice(1)) row = addOption(line, true, row) || row;
}

/** Return what was typed, or say what is missing and go there. */
function checked() {
  const question = $("question").value.trim();
  const filled = inputs().filter((input) => input.value.trim());
  const options = filled.map((input) => input.value.trim());
  const twice = options.findIndex((option, index) => options.indexOf(option) !== index);
  const fail = (text, where) => { problem(text); where?.focus(); return null; };
  if (!question) return fail("Write a question.", $("question"));
  if (options.length < FEWEST) {
    return fail("Write at least two possible answers.", inputs().find((input) => !input.value.trim()));
  }
  if (twice >= 0) return fail(`“${options[twice]}” is there twice.`, filled[twice]);
  return { question, options };
}
