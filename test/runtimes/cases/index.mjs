import browsers from './browsers.mjs';
import bun from './bun.mjs';
import deno from './deno.mjs';
import node from './node.mjs';
import typescript from './typescript.mjs';
import workerd from './workerd.mjs';

/** @type {import('../../consumers/case.mjs').Case[]} */
export const CASES = [node, deno, bun, workerd, browsers, typescript];
