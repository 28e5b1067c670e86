// The charts of the README, as SVG.
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const OURS = '#2f6fde';
const OTHERS = '#9aa5b1';

const config = {
  background: '#ffffff',
  font: 'system-ui, sans-serif',
  axis: { labelFontSize: 12, titleFontSize: 12, labelLimit: 260 },
  title: { fontSize: 15, anchor: 'start' },
};

/** Bars, one for each row, this library's in a colour of its own; `mark` is a line to compare with. */
export function barChart({ title, unit, rows, mark }) {
  const bars = {
    mark: { type: 'bar', cornerRadiusEnd: 2 },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null },
      x: { field: 'value', type: 'quantitative', title: unit },
      color: { condition: { test: 'datum.isOurs', value: OURS }, value: OTHERS },
    },
  };
  const numbers = {
    mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null },
      x: { field: 'value', type: 'quantitative' },
      text: { field: 'label' },
    },
  };
  const line = {
    data: { values: [{ mark }] },
    mark: { type: 'rule', strokeDash: [4, 3] },
    encoding: { x: { field: 'mark', type: 'quantitative' } },
  };
  const layer = mark === undefined ? [bars, numbers] : [bars, numbers, line];
  return toSvg({ title, data: { values: rows }, width: 440, height: { step: 24 }, layer, config });
}

/** Lines over time, one for each series; the vertical axis is logarithmic. */
export function timeChart({ title, x, y, points }) {
  return toSvg({
    title,
    data: { values: points },
    width: 560,
    height: 260,
    mark: { type: 'line', strokeWidth: 1.6, interpolate: 'step-after' },
    encoding: {
      x: { field: 'seconds', type: 'quantitative', title: x },
      y: { field: 'arrivals', type: 'quantitative', title: y, scale: { type: 'symlog' } },
      color: { field: 'name', type: 'nominal', title: null, sort: null },
    },
    config,
  });
}

function toSvg(spec) {
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
