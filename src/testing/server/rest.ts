import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers the plain HTTP requests that an SDK sends to the same base URL. */
export function answerHttp(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  request.resume();
  // The official SDK retries a failed batch of events for seconds before its close() resolves.
  if (request.method === 'POST' && path === '/batch') return respond(response, 200, {});
  if (request.method === 'POST' && /^\/flags\/[^/]+\/check$/.test(path)) {
    return respond(response, 404, { error: 'Flags are not evaluated here' });
  }
  respond(response, 404, { error: 'Not found' });
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
