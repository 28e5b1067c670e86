/** What a server renders: nothing is opened, and what a snapshot holds is shown. */
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { DatastreamStore } from '../../src';
import { FakePlatform } from '../../src/testing';
import { DatastreamProvider, useCompany, useConnectionState, useFlag, useStale, useUser } from '../../src/react';

const initial = {
  flags: [{ id: 'flag_1', key: 'beta', default_value: true }],
  companies: [{ id: 'comp_1', keys: { slug: 'acme' } }],
  users: [{ id: 'user_1', keys: { email: 'ada@acme.example' } }],
};

function Page() {
  const flag = useFlag('beta');
  const company = useCompany({ slug: 'acme' });
  const user = useUser(undefined);
  const stale = useStale();
  const { status } = useConnectionState();
  return createElement(
    'p',
    null,
    JSON.stringify({ on: flag?.default_value, company: company?.id, user, stale, status }),
  );
}

function storeOn(platform: FakePlatform) {
  return new DatastreamStore({ url: 'ws://localhost/', apiKey: 'key', platform, initial: initial as never });
}

describe('rendering on a server', () => {
  it('shows what the snapshot holds, as stale', () => {
    const store = storeOn(new FakePlatform());
    const html = renderToString(createElement(DatastreamProvider, { store }, createElement(Page)));
    expect(html.replaceAll('&quot;', '"')).toContain('{"on":true,"company":"comp_1","stale":true,"status":"idle"}');
  });

  it('opens nothing', () => {
    const platform = new FakePlatform();
    renderToString(createElement(DatastreamProvider, { store: storeOn(platform) }, createElement(Page)));
    expect(platform.sockets).toHaveLength(0);
  });

  it('says what is missing outside of a provider', () => {
    expect(() => renderToString(createElement(Page))).toThrow('<DatastreamProvider');
  });
});
