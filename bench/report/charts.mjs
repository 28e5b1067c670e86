// The charts of the README, as SVG.
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const OURS = '#2f6fde';
const OTHERS = '#9aa5b1';

const config = {
  background: '#ffffff',
  font: 'system-ui, sans-serif',
  axis: { labelFontSize: 12, titleFontSize: 12, labelLimit: 400 },
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

/** Areas over time, one above the other for each series, this library's in a colour of its own; the vertical axis is logarithmic. */
export function timeChart({ title, x, y, points }) {
  return toSvg({
    title,
    data: { values: points },
    facet: {
      row: {
        field: 'name',
        sort: null,
        title: y,
        header: { labelOrient: 'top', labelAnchor: 'start', labelPadding: 2, labelFontSize: 12 },
      },
    },
    spacing: 12,
    spec: {
      width: 560,
      height: 64,
      mark: { type: 'area', interpolate: 'step-after', line: { strokeWidth: 1 } },
      encoding: {
        x: { field: 'seconds', type: 'quantitative', title: x },
        y: {
          field: 'arrivals',
          type: 'quantitative',
          title: null,
          scale: { type: 'symlog', constant: 100 },
          axis: {
            values: [0, 1_000, 30_000, 1_000_000],
            labelExpr: "datum.value < 1e6 ? datum.value / 1e3 + (datum.value ? ' k' : '') : '1 M'",
          },
        },
        color: { condition: { test: 'datum.isOurs', value: OURS }, value: OTHERS },
      },
    },
    config,
  });
}

function toSvg(spec) {
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
