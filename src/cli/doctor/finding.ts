import { printable } from '../../printable';
import type { Output } from '../output';

/** What one step has found. */
export interface Finding {
  step: string;
  result: 'ok' | 'warning' | 'failed';
  /** What was seen, in plain words. */
  detail: string;
  /** What to do about it. */
  advice?: string;
}

export const ok = (step: string, detail: string): Finding => ({ step, result: 'ok', detail });
export const warning = (step: string, detail: string, advice: string): Finding => ({
  ...{ step, result: 'warning' as const },
  ...{ detail, advice },
});
export const failed = (step: string, detail: string, advice: string): Finding => ({
  ...{ step, result: 'failed' as const },
  ...{ detail, advice },
});

const STYLES = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** A finding as one or two lines for a person. */
export function describeFinding({ step, result, detail, advice }: Finding, { paint }: Pick<Output, 'paint'>): string {
  const line = `${paint(STYLES[result], result.padEnd(7))}  ${step.padEnd(10)}  ${printable(detail)}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(21)}${advice}`;
}
