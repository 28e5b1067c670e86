// Times, sizes and counts in words for people.
import { number } from './words.mjs';

export function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function spanInWords(milliseconds) {
  return milliseconds < 60_000 ? `${milliseconds / 1_000} s` : `${milliseconds / 60_000} min`;
}

export function tenths(milliseconds) {
  return `${(Math.max(0, milliseconds) / 1_000).toFixed(1)} s`;
}

export function kilobytes(count) {
  return count < 100_000 ? `${number(Math.round(count / 100) / 10)} kB` : `${number(Math.round(count / 1_000))} kB`;
}
