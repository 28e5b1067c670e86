import type { Scenario } from '../scenario';
import { connecting } from './connecting';
import { lifecycle } from './lifecycle';
import { liveness } from './liveness';
import { receiving } from './receiving';
import { replica } from './replica';

/** All that both clients go through, in the order of the report. */
export const SCENARIOS: Scenario[] = [...connecting, ...liveness, ...receiving, ...lifecycle, ...replica];
