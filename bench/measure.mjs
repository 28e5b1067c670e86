// One measurement in a process of its own: node measure.mjs WORKLOAD SUBJECT URL COUNT
import { WORKLOADS } from './workloads/index.mjs';

const [workload, name, url, count] = process.argv.slice(2);
const subject = await import(`./subjects/${name}.mjs`);
const result = await WORKLOADS[workload].measure(subject, url, Number(count));
// Some peers never let their process end.
process.send(result, () => process.exit());
