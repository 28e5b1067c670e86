// What a component has of the hooks. The types of React name those of the DOM, and bring their own stand-ins.
import { createElement } from 'react';
import { DatastreamStore } from 'schematic-datastream-ws';
import { DatastreamProvider, useCompany, useConnectionState, useFlag } from 'schematic-datastream-ws/react';

const store = new DatastreamStore({ url: 'wss://example.com', apiKey: 'key' });

export function Seats() {
  const { status } = useConnectionState();
  const flag = useFlag('beta');
  const company = useCompany({ slug: 'acme' });
  return [status, flag, company];
}
export const app = createElement(DatastreamProvider, { store, children: null });

// @ts-expect-error -- a flag has a name
useFlag(3);
