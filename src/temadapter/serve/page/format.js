/** Numbers as people read them, and how options are told apart. */

export const percent = (fraction) => {
  const value = 100 * fraction;
  if (value > 0 && value < 1) return "< 1 %";
  if (value < 100 && value > 99) return "> 99 %";
  return `${Math.round(value)} %`;
};

export const seconds = (time) => `${time.toFixed(time < 100 ? 1 : 0)} s`;

/** 83.2 → "1:23"; with tenths for short videos. */
export function clock(time, tenths = false) {
  const whole = Math.floor(time + 1e-6);
  const rest = String(whole % 60).padStart(2, "0");
  const tail = tenths ? `.${Math.floor((time - whole) * 10 + 1e-6)}` : "";
  return `${Math.floor(whole / 60)}:${rest}${tail}`;
}

export function bytes(count) {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`;
  return `${Math.max(1, Math.round(count / 1e3))} kB`;
}

export const letter = (index) => String.fromCharCode(65 + (index % 26)) + (index < 26 ? "" : Math.floor(index / 26));

const PALETTE = 8;
export const colour = (index) => `var(--option-${index % PALETTE})`;

/** Lines differ in their dashes too, for those who cannot tell the colours apart. */
const DASHES = ["none", "7 4", "2 4", "12 4 2 4", "4 2", "1 3", "9 3 3 3", "5 6"];
export const dash = (index) => DASHES[index % DASHES.length];
