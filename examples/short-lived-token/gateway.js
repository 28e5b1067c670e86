// A gateway: pages follow the datastream through it with a token that lives for a minute, and ask for nothing but what is
// theirs. The secret key stays here.
import { DatastreamClient } from 'schematic-datastream-ws';
import { WebSocketServer } from 'ws';
import { readToken } from './tokens.js';

const UNAUTHORIZED = 4001;
const SERVICE_RESTART = 1012;

/** What to do with the upgrade requests of an HTTP server. */
export function createGateway({ url, apiKey, secret }) {
  const pages = new WebSocketServer({ noServer: true });

  pages.on('connection', (page, company) => {
    // One connection of its own for each page, since a subscription belongs to a connection.
    const upstream = new DatastreamClient({
      url,
      apiKey,
      decode: (frame) => frame,
      encode: (frame) => frame,
      // Waits until the page has taken it: a slow page slows its own connection down, and nothing piles up here.
      messageHandler: (frame) => new Promise((taken) => page.send(frame, taken)),
      // The page's own client dials again, and asks again for what it follows.
      shouldReconnect: () => false,
    });
    upstream.on('closed', () => page.close(SERVICE_RESTART));
    page.on('close', () => upstream.close());
    page.on('error', () => page.terminate());
    page.on('message', (data) => {
      const request = data.toString();
      if (isAllowed(request, company)) upstream.sendMessage(request, { whenConnected: true }).catch(() => undefined);
      else page.send(refusal(request));
    });
    upstream.start();
  });

  return (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url, 'http://gateway');
    if (pathname !== '/datastream') return socket.destroy();
    const company = readToken(searchParams.get('token') ?? '', secret);
    pages.handleUpgrade(request, socket, head, (page) => {
      // A page cannot see the status of a refused upgrade; it can see a close code, and asks for a new token at 4001.
      if (company === undefined) page.close(UNAUTHORIZED);
      else pages.emit('connection', page, company);
    });
  };
}

/**
 * All flags with their rules, which a page needs to be ready, and the company of its session by exactly this key: any other
 * key beside it may name another company. (A store that asks again with all keys of what it holds asks then with its own.)
 */
function isAllowed(text, company) {
  const { entity_type, keys } = dataOf(text);
  if (entity_type === 'rulesengine.Flags') return true;
  return entity_type === 'rulesengine.Company' && JSON.stringify(keys) === JSON.stringify({ slug: company });
}

/** As the datastream itself refuses: the connection stays. */
function refusal(text) {
  const { entity_type = 'unknown', keys } = dataOf(text);
  return JSON.stringify({ entity_type, message_type: 'error', data: { error: 'Not yours', entity_type, keys } });
}

function dataOf(text) {
  try {
    return JSON.parse(text)?.data ?? {};
  } catch {
    return {};
  }
}
